#include "observe/metrics.hpp"

#include <gmock/gmock.h>

namespace nextjob::observe {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(Metrics, CountRequestsByRouteAndStatus) {
    Metrics metrics;
    metrics.countRequest("GET", "/job-offers/{id}", 200, 3ms);
    metrics.countRequest("GET", "/job-offers/{id}", 200, 30ms);
    metrics.countRequest("GET", "", 404, 1ms);
    const auto text = metrics.text({});
    EXPECT_THAT(text,
                HasSubstr(R"(nextjob_http_requests_total{method="GET",route="/job-offers/{id}",status="200"} 2)"));
    EXPECT_THAT(text, HasSubstr(R"(nextjob_http_requests_total{method="GET",route="none",status="404"} 1)"));
    EXPECT_THAT(
        text,
        HasSubstr(
            R"(nextjob_http_request_duration_seconds_bucket{method="GET",route="/job-offers/{id}",le="0.005"} 1)"));
}

TEST(Metrics, ShowWhatIsKnownOnly) {
    Metrics metrics;
    Figures figures;
    figures.offers = 12;
    figures.messagesDead = 0;
    const auto text = metrics.text(figures);
    EXPECT_THAT(text, HasSubstr("nextjob_offers 12"));
    EXPECT_THAT(text, HasSubstr(R"(nextjob_messages{state="dead"} 0)"));
    EXPECT_THAT(text, Not(HasSubstr(R"(state="queued"} )")));
}

}  // namespace
}  // namespace nextjob::observe
