// A list of plain values: numbers, names, and small structures of such. std::vector
// would add its code to the module once for each of them.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <type_traits>
#include <utility>

namespace page {

// The bytes of a list, and how many elements they hold.
class Bytes {
 public:
  Bytes() = default;
  Bytes(Bytes&& other) noexcept { *this = std::move(other); }
  Bytes& operator=(Bytes&& other) noexcept;
  ~Bytes() { std::free(data_); }

 protected:
  // Makes room for count elements at a place, whatever they hold then.
  char* open(int at, int count, int element_size);
  void insert(int at, const void* element, int element_size);
  // Closes the gap of an element.
  void close(int at, int element_size);

  static constexpr std::size_t largest_element = 64;
  void* data_ = nullptr;
  int size_ = 0, capacity_ = 0;
};

template <class T>
class List : private Bytes {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  List() = default;
  List(List&&) noexcept = default;
  List& operator=(List&&) noexcept = default;
  List(std::initializer_list<T> elements) {
    for (const T& element : elements) push_back(element);
  }
  explicit List(int size, T element) {
    while (size--) push_back(element);
  }

  int size() const { return size_; }
  bool empty() const { return size_ == 0; }
  T* data() { return static_cast<T*>(data_); }
  const T* data() const { return static_cast<const T*>(data_); }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }
  T& operator[](int at) { return data()[at]; }
  const T& operator[](int at) const { return data()[at]; }
  T& back() { return data()[size_ - 1]; }
  const T& front() const { return data()[0]; }

  void push_back(const T& element) { insert(size_, element); }
  // The element may stand in this list.
  void insert(int at, const T& element) {
    static_assert(sizeof(T) <= largest_element);
    Bytes::insert(at, &element, sizeof(T));
  }
  void append(const List& others) {
    for (const T& other : others) push_back(other);
  }
  void erase(int at) { close(at, sizeof(T)); }
  void resize(int size) {
    if (size > size_) open(size_, size - size_, sizeof(T));
    size_ = size;
  }
  void clear() { size_ = 0; }
  template <class Condition>
  void erase_if(Condition condition) {
    int kept = 0;
    for (const T& element : *this) {
      if (!condition(element)) (*this)[kept++] = element;
    }
    size_ = kept;
  }
  // By insertion, which is quick where most is in order already, as it is where this
  // is used. What is equal keeps its order.
  template <class Before>
  void sort(Before before) {
    for (int next = 1; next < size_; ++next) {
      const T moved = (*this)[next];
      int at = next;
      for (; at && before(moved, (*this)[at - 1]); --at) (*this)[at] = (*this)[at - 1];
      (*this)[at] = moved;
    }
  }
  bool contains(const T& element) const { return std::find(begin(), end(), element) != end(); }
  List copy() const {
    List copied;
    copied.append(*this);
    return copied;
  }

  bool operator==(const List& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }
};

}  // namespace page
