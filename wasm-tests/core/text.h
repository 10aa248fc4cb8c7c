// Text of a page is UTF-16, text of the core and the tests is UTF-8. A lone surrogate,
// which is legal in a key of localStorage, is U+FFFF and its four hexadecimal digits in
// UTF-8, and so is U+FFFF itself: as toCore and fromCore of js/storage.js spell them.
#pragma once

#include <string>
#include <string_view>

namespace in_memory {

std::string to_utf8(std::u16string_view text);
std::u16string to_utf16(std::string_view text);

}  // namespace in_memory
