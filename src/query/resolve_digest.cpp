#include "question.hpp"
#include <tagdb/oci/media_type.hpp>

namespace tagdb::query {

base::Result<std::optional<Resolution>> resolve_content(Question& question,
                                                        const store::ContentRecord& content) {
  TAGDB_TRY_ASSIGN(const auto ancestors, question.reader().ancestors(content.id));
  if (ancestors.empty())
    return std::optional<Resolution>{};
  TAGDB_TRY_ASSIGN(const auto best, best_pointing(question, ancestors, content.id));
  if (!best)
    return std::optional<Resolution>{};

  // A config (an image ID) cannot be pulled: the answer is the manifest that holds it.
  store::ContentId answered = content.id;
  TAGDB_TRY_ASSIGN(const auto* own, question.lookup.images(content.id));
  if (own->empty()) {
    TAGDB_TRY_ASSIGN(const auto* images, question.lookup.images(*best->segment.content));
    for (const auto& image : *images)
      if (image.config && image.config->id == content.id)
        answered = image.manifest.id;
  }
  const auto type = oci::parse_manifest_type(content.media_type);
  const bool one_image = !(type && oci::is_index(*type));
  TAGDB_TRY_ASSIGN(auto answer,
                   answer_fixed(question, *best, answered,
                                {image_architecture(question.scope.architecture), one_image, std::nullopt}));
  return std::optional<Resolution>(std::move(answer));
}

} // namespace tagdb::query
