#include "analyse/identity/links.hpp"
#include "analyse/identity/text_key.hpp"
#include "analyse/score/scorer.hpp"
#include "analyse/skills/skill_finder.hpp"

#include <benchmark/benchmark.h>

#include <string>

namespace {

using namespace nextjob;

void scoreOffer(benchmark::State& state) {
    const analyse::SkillFinder finder;
    const analyse::Scorer scorer(finder);
    const OfferFacts offer{.title = "Senior Backend Engineer (m/w/d)",
                           .company = "Acme GmbH",
                           .location = "Berlin, Germany",
                           .workMode = WorkMode::Hybrid,
                           .seniority = Seniority::Senior,
                           .language = "en",
                           .skills = {"Python", "PostgreSQL", "Kafka", "Docker", "Kubernetes", "Amazon Web Services"}};
    const Profile profile{.skills = {"Python", "SQL", "Docker", "React", "TypeScript", "Git"},
                          .seniorities = {Seniority::Senior},
                          .places = {"Berlin"},
                          .workModes = {WorkMode::Remote},
                          .languages = {"en", "de"}};
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(scorer.score(offer, profile));
}
BENCHMARK(scoreOffer);

void constructScorer(benchmark::State& state) {
    const analyse::SkillFinder finder;
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(analyse::Scorer(finder));
}
BENCHMARK(constructScorer)->Unit(benchmark::kMillisecond);

void keyOfLink(benchmark::State& state, std::string_view link) {
    for ([[maybe_unused]] auto _ : state) benchmark::DoNotOptimize(analyse::linkKey(link));
}
BENCHMARK_CAPTURE(keyOfLink, board, "https://www.linkedin.com/comm/jobs/view/4012345678/?trackingId=x&refId=y&trk=eml");
BENCHMARK_CAPTURE(keyOfLink, tracker,
                  "https://u1.ct.sendgrid.net/ls/click?upn=u001.WOGcmx-2BIVLov-2BOx6-2F-2FVxf7hlos69rvNay3U");
BENCHMARK_CAPTURE(keyOfLink, other,
                  "https://careers.acme.example/job/Toronto-Data-Engineer-ON/605474517/?utm_source=alert");

void unwrapLink(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(
            analyse::unwrap("https://x.awstrack.me/L0/https:%2F%2Facme.example%2Fjobs%2F17%3Fa=b/1/01/s"));
}
BENCHMARK(unwrapLink);

void keyOfText(benchmark::State& state) {
    for ([[maybe_unused]] auto _ : state)
        benchmark::DoNotOptimize(
            analyse::textKey("Senior Data Engineer (m/w/d)", "Acme GmbH & Co. KG", "10115 Berlin, Germany"));
}
BENCHMARK(keyOfText);

}  // namespace
