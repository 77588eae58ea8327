#include "queue/process_identity.hpp"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>

namespace nextjob::queue {
namespace {

TEST(ProcessIdentityTest, AProcessLivesUntilItHasEnded) {
    EXPECT_FALSE(hasDied(ownIdentity()));
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string own = ownIdentity();
        const auto size = static_cast<ssize_t>(own.size());
        std::_Exit(::write(ends[1], own.data(), own.size()) == size ? 0 : 1);
    }
    std::string identity(1000, '\0');
    identity.resize(static_cast<std::size_t>(::read(ends[0], identity.data(), identity.size())));
    ::waitpid(child, nullptr, 0);
    EXPECT_TRUE(hasDied(identity));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(ProcessIdentityTest, AWorkerElsewhereIsKnownByItsProcessWhateverItsCall) {
    const std::string own = ownIdentity();
    EXPECT_NE(holderElsewhere(own, 1), holderElsewhere(own, 2));
    EXPECT_FALSE(hasDied(holderElsewhere(own, 7)));
    EXPECT_TRUE(hasDied(holderElsewhere(own.substr(0, own.rfind('/')) + "/1", 7)));
    // Another boot may be another machine's, even where the database itself is of one machine only.
    EXPECT_FALSE(hasDied(holderElsewhere("another-boot" + own.substr(own.find('/')), 7), Reach::OneMachine));
}

TEST(ProcessIdentityTest, AnIdThatIsUsedAgainIsAnotherProcess) {
    const std::string own = ownIdentity();
    EXPECT_TRUE(hasDied(own.substr(0, own.rfind('/')) + "/1"));
}

TEST(ProcessIdentityTest, ARestartOfTheMachineEndsEveryProcess) {
    const std::string own = ownIdentity();
    EXPECT_TRUE(hasDied("another-boot" + own.substr(own.find('/'))));
}

TEST(ProcessIdentityTest, AnotherBootMayBeAnotherMachineWhereThereAreMany) {
    const std::string own = ownIdentity();
    EXPECT_FALSE(hasDied("another-boot" + own.substr(own.find('/')), Reach::ManyMachines));
    EXPECT_TRUE(hasDied(own.substr(0, own.rfind('/')) + "/1", Reach::ManyMachines));
}

TEST(ProcessIdentityTest, OneOfAnotherNamespaceMayStillLive) {
    const std::string own = ownIdentity();
    const auto boot = own.find('/');
    const auto process = own.find('/', boot + 1);
    EXPECT_FALSE(hasDied(own.substr(0, boot) + "/pid:[1]" + own.substr(process)));
}

}  // namespace
}  // namespace nextjob::queue
