// References: concepts and mappings put into a collection, pinned to their latest version, and
// taken out. What one line adds and what it cannot add is told expression by expression.
#include <fmt/format.h>

#include "system/terminology/ocl_sql.h"
#include "system/terminology/step.h"

namespace sluice::ocl {
namespace {

constexpr std::string_view kAddedLatest =
    "Added the latest versions of concept to the collection. Future updates will not be added "
    "automatically.";
constexpr std::string_view kDuplicate =
    "Concept or Mapping reference name must be unique in a collection.";
constexpr std::string_view kNotValid = "Expression specified is not valid.";

// A list of answers, as the body.
class Answers {
 public:
  explicit Answers(std::string_view deed) : deed_(deed) {}
  void Add(std::string_view expression, bool done, std::string_view message) {
    text_ += text_.size() > 1 ? ", " : "";
    ObjectWriter answer(text_);
    answer.Text("message", message).Bool(deed_, done).Text("expression", expression);
    answer.End();
    done_ += done ? 1 : 0;
  }
  size_t done() const { return done_; }
  std::string Take() { return std::move(text_) + "]"; }

 private:
  const std::string_view deed_;  // "added" or "removed"
  std::string text_ = "[";
  size_t done_ = 0;
};

// What an expression names, if it is there and may be seen.
struct Item {
  ItemKind kind = ItemKind::kConcept;
  const Repo* source = nullptr;
  std::string mnemonic;
  int32_t version = 0;  // to be pinned
  bool pinned_by_line = false;
};
std::optional<Item> FindItem(Step& step, const std::string& expression) {
  std::optional<ItemUrl> url = ParseItemUrl(expression);
  const Repo* source = url ? step.store.FindRepo(url->repo_url) : nullptr;
  if (!source || !MaySee(*source, step.requester())) return std::nullopt;
  int32_t latest = 0;
  if (url->kind == ItemKind::kConcept) {
    const Concept* found = step.store.FindConcept(*source, url->id);
    latest = found ? found->version : 0;
  } else {
    const Mapping* found = step.store.FindMapping(*source, url->id);
    latest = found ? found->version : 0;
  }
  int32_t version = url->version.value_or(latest);
  if (latest == 0 || version < 1 || version > latest) return std::nullopt;
  return Item{url->kind, source, url->id, version, url->version.has_value()};
}

bool Put(Step& step, const Item& item) {
  Reference& reference = step.store.ReferenceTo(*step.repo, item.kind, *item.source, item.mnemonic);
  if (reference.present) return false;
  reference.present = true;
  reference.version = item.version;
  step.store.Changed(reference);
  return true;
}

std::string AddedMessage(const Step& step, const Item& item) {
  if (!item.pinned_by_line) return std::string(kAddedLatest);
  return fmt::format("The {} {} is successfully added to collection {}", ToString(item.kind),
                     item.mnemonic, step.repo->text[0].value_or(step.repo->mnemonic));
}

void AddAll(Step& step, Answers& answers) {
  std::vector<Item> concepts;  // that this line added
  for (const std::string& expression : Expressions(step.members)) {
    std::optional<Item> item = FindItem(step, expression);
    if (!item) {
      answers.Add(expression, false, kNotValid);
    } else if (!Put(step, *item)) {
      answers.Add(expression, false, kDuplicate);
    } else {
      answers.Add(expression, true, AddedMessage(step, *item));
      if (item->kind == ItemKind::kConcept) concepts.push_back(*item);
    }
  }
  if (!step.line.cascades) return;
  for (const Item& item : concepts) {
    for (const Mapping* mapping :
         step.store.MappingsFrom(*item.source, item.source->id, item.mnemonic)) {
      Item found{ItemKind::kMapping, item.source, mapping->mnemonic, mapping->version, false};
      if (!Put(step, found)) continue;  // named by itself too, or there already
      answers.Add(ItemUrlOf(item.source->url, ItemKind::kMapping, mapping->mnemonic), true,
                  kAddedLatest);
    }
  }
}

void RemoveEach(Step& step, Answers& answers) {
  for (const std::string& expression : Expressions(step.members)) {
    std::optional<ItemUrl> url = ParseItemUrl(expression);
    const Repo* source = url ? step.store.FindRepo(url->repo_url) : nullptr;
    if (!source) {
      answers.Add(expression, false, kNotValid);
      continue;
    }
    Reference& reference = step.store.ReferenceTo(*step.repo, url->kind, *source, url->id);
    if (!reference.present) {
      answers.Add(expression, false, "The collection does not hold this reference.");
      continue;
    }
    reference.present = false;
    step.store.Changed(reference);
    answers.Add(expression, true, "Removed from the collection.");
  }
}

void RemoveAll(Step& step, Answers& answers) {
  std::string collection = std::to_string(step.repo->id);
  step.store.Flush();
  pg::Result gone = step.store.connection().Exec(sql::kEmptyCollection, {collection});
  for (int row = 0; row < gone.rows(); ++row) {
    answers.Add(gone.text(row, 0), true, "Removed from the collection.");
  }
  step.store.Forget();
}

void Remove(Step& step) {
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kDelete);
  Answers answers("removed");
  if (step.line.wildcard) {
    RemoveAll(step, answers);
  } else {
    RemoveEach(step, answers);
  }
  if (answers.done() == 0 && step.line.directive == Directive::kDeleteIfExists) {
    return step.Skip(kDoesNotExist + step.line.object_url);
  }
  step.Answer(Deed::kDelete, 200, answers.Take());
}

}  // namespace

void ApplyReference(Step& step) {
  if (step.line.deletes()) return Remove(step);
  if (step.line.directive == Directive::kUpdate) {
    return step.Skip("'UPDATE' is not supported for references");
  }
  if (!MayEdit(*step.repo, step.requester())) return step.Forbid(Deed::kCreate);
  Answers answers("added");
  AddAll(step, answers);
  step.Answer(Deed::kCreate, 200, answers.Take());
}

}  // namespace sluice::ocl
