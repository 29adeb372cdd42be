import Foundation
import Testing

@testable import FlowWorker

@Suite struct `the memory of requests` {
    private func contents(_ descriptor: Int32) -> String? {
        FileManager.default.contents(atPath: "/proc/self/fd/\(descriptor)").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func `holds one request after the other, each whole, longer and shorter ones`() {
        let file = RequestFile()
        for text in ["{}", String(repeating: "x", count: 10_000), "{\"a\":1}", ""] {
            let descriptor = file.descriptor(of: Array(text.utf8))
            #expect(descriptor >= 0)
            #expect(contents(descriptor) == text)
            close(descriptor)
        }
    }

    @Test func `who asks too late finds nothing, and not the request of another`() {
        let file = RequestFile()
        let first = file.descriptor(of: Array("first".utf8))
        close(first)
        let second = file.descriptor(of: Array("second".utf8))
        defer { close(second) }
        #expect(second != first)
        #expect(contents(first) != "second")
    }

    @Test func `who still has it open keeps what it was given`() {
        let file = RequestFile()
        let kept = file.descriptor(of: Array("kept".utf8))
        defer { close(kept) }
        file.abandon()
        let next = file.descriptor(of: Array("next".utf8))
        defer { close(next) }
        #expect(contents(kept) == "kept")
        #expect(contents(next) == "next")
    }
}

@Suite struct `a block of strings` {
    @Test func `gives each string to its end, names with their values`() {
        var block = StringBlock()
        block.append("/bin/echo")
        block.append("")
        block.append(name: "GREETING", value: "héllo=")
        let texts = block.withPointers { pointers in pointers.map { pointer in pointer.map { String(cString: $0) } } }
        #expect(texts == ["/bin/echo", "", "GREETING=héllo="])
    }

    @Test func `may be empty`() {
        var block = StringBlock()
        #expect(block.withPointers { $0.count } == 0)
    }
}
