import FlowDiagnostics
import FlowYAML
import FuzzSupport

/// The YAML loader, and the places that it can tell inside scalars and of comments.
struct YAMLPart {
    private let bytes: [UInt8]
    private let spans: SpanInvariants

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        spans = SpanInvariants(files: [SourceFile(name: "input", bytes: bytes)])
    }

    func run() {
        switch YAMLComposer.compose(bytes, file: FileID(0)) {
        case .failure(let error):
            spans.check(error.diagnostic)
            require(error.diagnostic.severity == .error, "a warning ends the reading")
        case .success(let document):
            for finding in document.diagnostics { spans.check(finding) }
            for anchor in document.unusedAnchors { spans.check(anchor, "an unused anchor") }
            require(document.count <= 2 * bytes.count + 16, "\(document.count) records in \(bytes.count) bytes")
            document.forEachScalar { check($0, document) }
            guard !document.isEmpty else { return }
            walk(document.root, document)
            checkComments(document)
        }
    }

    private func check(_ scalar: YAMLNodeID, _ document: YAMLDocument) {
        let span = document.span(scalar)
        spans.check(span, "a scalar")
        let text = document.text(scalar)
        _ = document.scalar(scalar)
        guard let map = document.scalarMap(scalar) else {
            fail("no map for \(document.style(scalar)) '\(text)' at \(span.start)..<\(span.end)")
        }
        var offset = 0
        var last = 0
        for character in text.unicodeScalars {
            let length = UTF8.width(character)
            let place = map.span(offset, offset + length)
            spans.check(place, "a character of '\(text)'")
            require(place.start < place.end, "'\(character)' of '\(text)' stands nowhere")
            require(place.start >= last, "'\(character)' of '\(text)' stands before the one before it")
            require(place.start >= span.start && place.end <= span.end, "'\(character)' stands outside of '\(text)'")
            last = Int(place.start)
            offset += length
        }
        for end in [0, offset] { spans.check(map.span(0, end), "a part of '\(text)'") }
        spans.check(map.span(offset, offset), "the end of '\(text)'")
        spans.check(map.span(offset + 9, offset + 99), "beyond '\(text)'")
    }

    /// Every way to the children gives the same ones; aliases are not followed twice.
    private func walk(_ root: YAMLNodeID, _ document: YAMLDocument) {
        var pending = [root]
        var seen: Set<YAMLNodeID> = []
        while let node = pending.popLast() {
            spans.check(document.span(node), "a node")
            guard seen.insert(document.resolved(node)).inserted else { continue }
            let items = document.items(node)
            pending += items
            document.forEachEntry(node) { key, value in
                pending.append(key)
                pending.append(value)
            }
            if document.kind(node) == .sequence {
                let count = document.childCount(node)
                require(items.count == count, "\(items.count) items of \(count)")
            }
        }
    }

    private func checkComments(_ document: YAMLDocument) {
        var last = 0
        for comment in document.comments() {
            spans.check(comment.span, "a comment")
            let (start, end) = (Int(comment.span.start), Int(comment.span.end))
            require(start >= last && comment.lineStart <= start, "comments out of order")
            require(start < end && bytes[start] == UInt8(ascii: "#"), "no comment at \(start)")
            require(!bytes[comment.lineStart..<end].contains(UInt8(ascii: "\n")), "a comment of two lines")
            let before = bytes[comment.lineStart..<start]
            let isBlank = before.allSatisfy { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
            require(comment.standsAlone == isBlank, "standsAlone is \(comment.standsAlone) at \(start)")
            last = end
        }
        require(document.comments(containing: "#") == document.comments(), "comments that contain '#'")
    }
}
