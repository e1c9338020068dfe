#include "diagnosis/forms/body_forms.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "base/visible.h"
#include "diagnosis/forms/text_tables.h"
#include "diagnosis/json/json_styles.h"
#include "json/json_string.h"

namespace alohook {
namespace {

using enum CauseId;

constexpr std::size_t most_parts = 32;
constexpr std::size_t longest_key_shown = 40;

void add(std::vector<BodyForm>& forms, std::span<const TextForm> texts, const BodySource& source) {
  for (const TextForm& text : texts) {
    forms.push_back({text.cause, none, std::string(text.note),
                     [&source, make = text.make] { return make(source.text()); }, text.rare, text.alone});
  }
}

void add_styles(std::vector<BodyForm>& forms, const BodySource& source) {
  for (const JsonStyle& style : json_styles()) {
    forms.push_back({style.is_json ? body_reserialised : body_repr, none,
                     fmt::format("the body as {} writes it", style.title),
                     [&source, &style] { return write_json(source.tree(style.duplicates), style); },
                     style.rare, style.alone});
  }
}

/// Adds the more likely styles followed by a newline.
void add_styles_with_newline(std::vector<BodyForm>& forms, const BodySource& source) {
  for (const JsonStyle& style : json_styles()) {
    if (!style.is_json || style.rare || style.alone) continue;
    forms.push_back({body_reserialised, body_newlines,
                     fmt::format("the body as {} writes it, and a newline", style.title),
                     [&source, &style] {
                       auto text = write_json(source.tree(style.duplicates), style);
                       if (text) *text += '\n';
                       return text;
                     },
                     true});
  }
}

/// A value inside the body, and its path.
struct Part {
  const JsonTree::Node* node;
  std::string path;
};

/// Returns the values inside the body, the outer ones first, up to a limit.
std::vector<Part> parts_of(const JsonTree& tree) {
  std::vector<Part> parts{{&tree.root(), ""}};
  for (std::size_t i = 0; i < parts.size() && parts.size() < most_parts; ++i) {
    const auto children = tree.children(*parts[i].node);
    for (std::size_t j = 0; j < children.size() && parts.size() < most_parts; ++j) {
      const std::string key = children[j].raw_key.empty()
                                  ? fmt::format("[{}]", j)
                                  : std::string(utf8_prefix(children[j].key, longest_key_shown));
      parts.push_back(
          {&children[j], parts[i].path + (parts[i].path.empty() || key[0] == '[' ? "" : ".") + key});
    }
  }
  parts.erase(parts.begin());
  return parts;
}

void add_parts(std::vector<BodyForm>& forms, const BodySource& source) {
  const JsonTree& tree = source.tree(JsonTree::Duplicates::last_wins);
  const std::vector<Part> parts = parts_of(tree);
  for (const Part& part : parts) {
    const JsonTree::Node& value = *part.node;
    const std::string note = fmt::format("the body's member {} alone", visible(part.path));
    const bool is_deep = part.path.find_first_of(".[") != std::string::npos;
    forms.push_back({body_part, none, note, [&value] { return std::string(value.raw); }, is_deep});
    if (value.kind == JsonText::Kind::string) {
      forms.push_back({body_part, none, note + ", without quotes",
                       [&value] { return unescape_json_string(value.raw); }, is_deep});
    }
  }
  // A part that was also re-serialized is a less simple explanation, so it comes later.
  for (const Part& part : parts) {
    const JsonTree::Node& value = *part.node;
    if (value.child_count == 0) continue;
    for (const std::string_view id : {"js", "python", "php", "ruby", "go", "rails", "jackson", "dotnet",
                                      "newtonsoft", "python-raw-compact"}) {
      const JsonStyle& style = json_style(id);
      forms.push_back(
          {body_part, body_reserialised,
           fmt::format("the body's member {} alone, as {} writes it", visible(part.path), style.title),
           [&tree, &value, &style] { return write_json(tree, value, style); }, true});
    }
  }
}

/// Adds what middleware and mappers change in values, re-serialized by the libraries that they are used with.
void add_changes(std::vector<BodyForm>& forms, const BodySource& source) {
  for (const JsonChange& change : json_changes()) {
    for (const std::string_view id :
         {"go-compact", "js", "php", "php-slashes-unicode", "python", "python-compact", "python-raw",
          "python-raw-compact", "ruby", "rails", "go", "jackson", "gson-plain", "dotnet", "dotnet-relaxed",
          "newtonsoft", "spaced", "js-indent-2"}) {
      const JsonStyle& style = json_style(id);
      forms.push_back({body_altered, none,
                       fmt::format("the body as {} writes it, {}", style.title, change.title),
                       [&source, &style, &change]() -> std::optional<std::string> {
                         if (!source.is_altered_by(change)) return std::nullopt;
                         return write_json(source.tree(style.duplicates), style, change);
                       },
                       false, true});
    }
  }
}

}  // namespace

BodySource::BodySource(std::string_view body)
    : text_(body),
      has_non_ascii_(std::ranges::any_of(body, [](char c) { return static_cast<unsigned char>(c) >= 0x80; })),
      json_(JsonText::parse(body)) {}

const JsonTree& BodySource::tree(JsonTree::Duplicates duplicates) const {
  if (!last_wins_) last_wins_ = std::make_unique<JsonTree>(*json_, JsonTree::Duplicates::last_wins);
  if (duplicates == JsonTree::Duplicates::last_wins || !last_wins_->dropped_duplicates()) return *last_wins_;
  if (!kept_) kept_ = std::make_unique<JsonTree>(*json_, JsonTree::Duplicates::kept);
  return *kept_;
}

bool BodySource::is_altered_by(const JsonChange& change) const {
  const auto [place, is_new] = altered_by_.try_emplace(&change, false);
  if (is_new)
    place->second =
        write_json(tree(JsonTree::Duplicates::last_wins), json_style("go-compact"), change).has_value();
  return place->second;
}

std::vector<BodyForm> body_forms(const BodySource& source) {
  std::vector<BodyForm> forms;
  forms.push_back({.make = [&source] { return std::string(source.text()); }});
  add(forms, newline_forms(), source);
  add(forms, missing_forms(), source);
  if (source.json() != nullptr) {
    add_parts(forms, source);
    add_styles(forms, source);
  }
  add(forms, changed_forms(), source);
  if (source.has_non_ascii()) add(forms, charset_forms(), source);
  if (source.json() != nullptr) add_styles_with_newline(forms, source);
  add(forms, unusual_forms(), source);
  if (source.json() != nullptr) add_changes(forms, source);
  return forms;
}

}  // namespace alohook
