# Turns IN (a text file) into OUT (a .cc file) that defines `sluice::k<Name><Suffix>`, both in
# CamelCase: 0001_ledger.sql is kLedgerSql, app.js is kAppJs.
# The text is cut into pieces because a string literal may hold at most 65,536 bytes by the
# standard.
file(READ ${IN} text)
string(REGEX REPLACE "^[0-9]+_" "" bare "${NAME}_${SUFFIX}")
string(REPLACE "_" ";" words "${bare}")
set(camel "")
foreach(word ${words})
  string(SUBSTRING ${word} 0 1 first)
  string(TOUPPER ${first} first)
  string(SUBSTRING ${word} 1 -1 rest)
  string(APPEND camel "${first}${rest}")
endforeach()
string(LENGTH "${text}" length)
set(body "")
set(at 0)
while(at LESS length)
  string(SUBSTRING "${text}" ${at} 8000 piece)
  string(APPEND body "R\"text~(${piece})text~\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUT} "// Generated from ${NAME}.${SUFFIX}; edit that file.
namespace sluice {
extern const char k${camel}[];
const char k${camel}[] =
${body};
}  // namespace sluice
")
