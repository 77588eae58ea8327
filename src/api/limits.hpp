#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace nextjob::api {

// What a client may ask of the server. Past a deadline the connection is closed; past a size the reply says so.
struct Limits {
    std::size_t headerBytes = std::size_t{16} * 1024;
    std::size_t bodyBytes = std::size_t{1} * 1024 * 1024;         // JSON and forms
    std::size_t batchBytes = std::size_t{8} * 1024 * 1024;        // many offers in one JSON
    std::size_t parcelBytes = std::size_t{80} * 1024 * 1024;      // mails of a worker, or what it found in them
    std::uint64_t uploadBytes = std::uint64_t{50} << 30U;         // a file of mail
    std::uint64_t uploadBytesOfUser = std::uint64_t{50} << 30U;   // of all that are being sent or not read yet
    std::uint64_t uploadDiskReserve = std::uint64_t{256} << 20U;  // what an upload leaves free on the disk
    std::size_t connections = 4096;
    std::size_t connectionsPerClient = 256;  // of one address that is no trusted proxy

    std::chrono::milliseconds idle{75'000};         // between two requests
    std::chrono::milliseconds header{10'000};       // from a request's first byte to the end of its header
    std::chrono::milliseconds body{30'000};         // a JSON or form body in all
    std::chrono::milliseconds parcel{120'000};      // of a worker
    std::chrono::milliseconds uploadPause{30'000};  // within which an upload brings another piece
    std::chrono::milliseconds write{60'000};        // a reply in all
    // How long connections without a request stay when the server drains: what a client has sent by then is answered.
    std::chrono::milliseconds drainGrace{500};
};

}  // namespace nextjob::api
