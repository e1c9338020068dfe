#include "diagnosis/forms/form.h"

#include <algorithm>
#include <utility>

namespace alohook {

void Forms::add(Form form) {
  const bool is_known = std::ranges::find(list_, form.bytes, &Form::bytes) != list_.end();
  if (!is_known) list_.push_back(std::move(form));
}

}  // namespace alohook
