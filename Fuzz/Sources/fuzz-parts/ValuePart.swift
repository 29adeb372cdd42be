import FlowPattern
import FlowValue
import FuzzSupport

/// Values: JSON, times, durations and patterns.
struct ValuePart {
    private let bytes: [UInt8]
    private let text: String

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        text = String(decoding: bytes, as: UTF8.self)
    }

    func run() {
        json()
        if let time = Timestamp(iso8601: text) {
            require(Timestamp(iso8601: time.iso8601) == time, "'\(text)' is \(time.iso8601), which is another time")
        }
        if let duration = DurationText.duration(text) {
            require(duration >= .zero, "'\(text)' is negative")
            require(!DurationText.short(duration).isEmpty, "'\(text)' has no short text")
        }
        if let meant = DurationText.meant(by: text) {
            require(DurationText.duration(meant) != nil, "'\(meant)' is no duration")
        }
        pattern()
    }

    private func json() {
        do throws(JSONError) {
            let value = try JSONReader.read(bytes)
            let written = JSONWriter.bytes(value)
            let again = try JSONReader.read(written)
            require(again == value, "'\(text)' reads as \(JSONWriter.text(value)), then as \(JSONWriter.text(again))")
            require(JSONWriter.bytes(again) == written, "'\(text)' is written in two ways")
        } catch {
            require((0...bytes.count).contains(error.offset), "\(error.offset) of \(bytes.count) bytes")
        }
    }

    private func pattern() {
        guard text.utf8.count <= 200 else { return }
        do throws(Pattern.SyntaxError) {
            _ = try Pattern(text).matches(text)
        } catch {
            require(!error.message.isEmpty, "a pattern is refused without a reason")
        }
    }
}
