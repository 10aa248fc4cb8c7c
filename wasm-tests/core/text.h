// Text of a page is UTF-16, text of the tests is UTF-8. Lone surrogates, which
// are legal in a key of localStorage, go to and fro unharmed.
#pragma once

#include <string>
#include <string_view>

namespace in_memory {

std::string to_utf8(std::u16string_view text);
std::u16string to_utf16(std::string_view text);

}  // namespace in_memory
