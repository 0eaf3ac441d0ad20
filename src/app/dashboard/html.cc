#include "app/dashboard/html.h"

#include "record/utf8.h"

namespace sluice {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";  // U+FFFD

void AppendEscaped(std::string_view text, std::string& out) {
  size_t fault = Utf8FaultAt(text);
  for (size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    bool is_control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (at == fault || is_control || c == '\x7f') {
      out += kReplacement;
      if (at == fault) fault = at + 1 + Utf8FaultAt(text.substr(at + 1));
      continue;
    }
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
}

}  // namespace

// Alone may write markup.
struct TagMaker {
  static Html Open(std::string_view name, const Attributes& attributes) {
    Html html;
    html.markup_.append("<").append(name);
    for (const Attribute& attribute : attributes) {
      if (!attribute.present) continue;
      html.markup_.append(" ").append(attribute.name).append("=\"");
      AppendEscaped(attribute.value, html.markup_);
      html.markup_ += '"';
    }
    html.markup_ += '>';
    return html;
  }
  static void Close(std::string_view name, Html& html) {
    html.markup_.append("</").append(name).append(">");
  }
};

Html Text(std::string_view text) {
  Html html;
  AppendEscaped(text, html.markup_);
  return html;
}

Html Tag(std::string_view name, const Attributes& attributes, const Html& content) {
  Html html = TagMaker::Open(name, attributes);
  html += content;
  TagMaker::Close(name, html);
  return html;
}

Html Tag(std::string_view name, const Html& content) { return Tag(name, {}, content); }

Html Void(std::string_view name, const Attributes& attributes) {
  return TagMaker::Open(name, attributes);
}

std::string Document(const Html& html) { return "<!doctype html>\n" + html.markup() + "\n"; }

}  // namespace sluice
