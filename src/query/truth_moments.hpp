#pragma once

#include <tagdb/query/timeline.hpp>
#include <tagdb/store/reader.hpp>

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace tagdb::query {

/// The whole checks of a repository (complete or partial, of every observer), numbered in the order in which
/// they ended: the moments at which tags are compared with each other. Between two tags that one check asked
/// seconds apart lies no moment, so a release that is published while a check runs makes nothing lag.
class Moments {
 public:
  static base::Result<Moments> of(const store::Reader& reader, store::RepositoryId repository);

  std::size_t size() const { return m_whole.size(); }
  /// The moment that takes in a look of this check: its own end, where it was whole, else that of the next
  /// one that was. size() where none was yet: then nothing is compared on the ground of this look.
  std::size_t of_look(store::CheckId check, base::Instant at) const;
  const store::CheckRecord& check(std::size_t moment) const { return m_whole[moment]; }
  /// The number of the first complete check: up to it all is baseline. size() where there is none.
  std::size_t baseline() const { return m_baseline; }

  /// From which moment on each stretch of a timeline holds; one that another observer's look had overtaken by
  /// then holds nowhere (its number is that of the next one).
  std::vector<std::size_t> begins_of(const Timeline& timeline) const;

 private:
  std::vector<store::CheckRecord> m_whole;
  std::unordered_map<std::int64_t, std::size_t> m_numbers;     ///< of whole checks, by id
  std::unordered_map<std::int64_t, base::Instant> m_cut_short; ///< starts of the others
  std::size_t m_baseline = 0;
};

} // namespace tagdb::query
