#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace nextjob::api {

// Finds the file in a multipart/form-data body that arrives in pieces, without keeping it: the first part that has a
// file name, else the first named "file". Other parts are skipped, at most 100 of them. A part's header may have 8 KB.
class MultipartReader {
  public:
    using Sink = std::function<void(std::string_view piece)>;

    // The boundary as the Content-Type names it: 1 to 70 characters. `sink` gets the file's bytes in order.
    MultipartReader(std::string_view boundary, Sink sink);

    // False when the body is not what it says it is; nothing more may be fed then.
    bool feed(std::string_view piece);

    // Whether the closing boundary has been seen.
    bool complete() const { return state_ == State::Done; }
    bool foundFile() const { return foundFile_; }

    const std::string& fileName() const { return fileName_; }        // without folders
    const std::string& contentType() const { return contentType_; }  // of the part

  private:
    enum class State : std::uint8_t { Preamble, AfterBoundary, Header, Content, Done, Broken };

    bool step();
    bool readBoundaryEnd();
    bool readHeader();
    bool readContent();
    void beginPart(std::string_view header);

    std::string delimiter_;  // CR LF "--" boundary
    Sink sink_;
    int parts_ = 0;
    std::string kept_;  // what was fed and can't be judged yet
    State state_ = State::Preamble;
    bool inFile_ = false;
    bool foundFile_ = false;
    std::string fileName_;
    std::string contentType_;
};

// The value of a parameter in a header such as `multipart/form-data; boundary="x"`; empty when there is none.
std::string headerParameter(std::string_view header, std::string_view name);

// "text/html; charset=x" to "text/html", in lower case.
std::string mediaType(std::string_view header);

}  // namespace nextjob::api
