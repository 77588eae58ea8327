#pragma once

#include <gmime/gmime.h>

#include <memory>

namespace nextjob::mail {

template <auto Free>
struct FreeWith {
    void operator()(auto* pointer) const { Free(pointer); }
};

// A reference to one of GMime's objects.
template <class T>
using Owned = std::unique_ptr<T, FreeWith<g_object_unref>>;

}  // namespace nextjob::mail
