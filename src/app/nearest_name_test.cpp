#include "app/nearest_name.hpp"

#include <gtest/gtest.h>

#include <array>

namespace nextjob::app {
namespace {

constexpr std::array<std::string_view, 6> names{"JavaScript", "TypeScript", "Kubernetes", "C++", "Go", "import"};

TEST(NearestName, FindsMisspellings) {
    EXPECT_EQ(nearestName("javscript", names), "JavaScript");
    EXPECT_EQ(nearestName("kuberentes", names), "Kubernetes");
    EXPECT_EQ(nearestName("improt", names), "import");
    EXPECT_EQ(nearestName("GO", names), "Go");
}

TEST(NearestName, IsSilentWhenNothingIsNear) {
    EXPECT_EQ(nearestName("welding", names), "");
    EXPECT_EQ(nearestName("", names), "");
    EXPECT_EQ(nearestName("R", names), "");
}

}  // namespace
}  // namespace nextjob::app
