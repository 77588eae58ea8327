#include "wire/parcel.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

// Whatever a worker sends or is sent: what is read as a parcel is the same after writing.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace nextjob;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);  // NOLINT: the fuzzer's bytes
    wire::Problems problems;
    const auto parcel = wire::readParcel(bytes, problems);
    if (!parcel) return problems.empty() ? std::abort(), 0 : 0;
    std::vector<wire::ParcelMail> mails;
    for (const auto& mail : parcel->mails)
        mails.push_back({.ticket = mail.ticket, .message = mail.message, .attempts = mail.attempts, .raw = &mail.raw});
    const auto written = wire::writeParcel(mails, parcel->progress, parcel->lease, parcel->left);
    const auto again = wire::readParcel(written, problems);
    if (!again || again->mails.size() != parcel->mails.size()) std::abort();
    for (std::size_t i = 0; i < mails.size(); ++i)
        if (again->mails[i].raw.bytes != parcel->mails[i].raw.bytes
            || again->mails[i].raw.key != parcel->mails[i].raw.key)
            std::abort();
    return 0;
}
