# Turns IN (a .sql file) into OUT (a .cc file) that defines `sluice::k<Name>Sql`, Name in CamelCase.
# The text is cut into pieces because a string literal may hold at most 65,536 bytes by the
# standard.
file(READ ${IN} text)
string(REGEX REPLACE "^[0-9]+_" "" bare "${NAME}")
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
  string(APPEND body "R\"sql~(${piece})sql~\"\n")
  math(EXPR at "${at} + 8000")
endwhile()
file(WRITE ${OUT} "// Generated from ${NAME}.sql; edit that file.
namespace sluice {
extern const char k${camel}Sql[];
const char k${camel}Sql[] =
${body};
}  // namespace sluice
")
