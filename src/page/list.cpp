#include "page/list.h"

namespace page {

Bytes& Bytes::operator=(Bytes&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(capacity_, other.capacity_);
  return *this;
}

char* Bytes::open(int at, int count, int element_size) {
  if (size_ + count > capacity_) {
    capacity_ = std::max(size_ + count, 2 * capacity_);
    data_ = std::realloc(data_, static_cast<std::size_t>(capacity_ * element_size));
    if (!data_) std::abort();
  }
  char* place = static_cast<char*>(data_) + at * element_size;
  std::memmove(place + count * element_size, place, static_cast<std::size_t>((size_ - at) * element_size));
  size_ += count;
  return place;
}

void Bytes::insert(int at, const void* element, int element_size) {
  char copy[largest_element];
  std::memcpy(copy, element, static_cast<std::size_t>(element_size));
  std::memcpy(open(at, 1, element_size), copy, static_cast<std::size_t>(element_size));
}

void Bytes::close(int at, int element_size) {
  char* place = static_cast<char*>(data_) + at * element_size;
  --size_;
  std::memmove(place, place + element_size, static_cast<std::size_t>((size_ - at) * element_size));
}

}  // namespace page
