/// Applies the safe fix-its of diagnostics to the bytes of their files.
///
/// Only the spans of edits are replaced, so comments and layout stay as they are.
package struct FixApplier {
    package struct Outcome: Hashable, Sendable {
        /// The new bytes of the files that changed, and of no other.
        package var changed: [FileID: [UInt8]]
        /// The diagnostics that were fixed, in source order.
        package var fixed: [Diagnostic]
    }

    private let files: [SourceFile]

    package init(files: [SourceFile]) {
        self.files = files
    }

    /// Applies, in source order, every safe fix-it that does not overlap one applied before.
    ///
    /// A fix-it is applied whole or not at all; an edit that several have in common is made once. An insertion also
    /// overlaps an edit whose edge it touches, since nothing says which comes first. What is left over can be applied
    /// after another check. A fix-it that changes nothing, overlaps itself or leaves its file is never applied.
    ///
    /// - Complexity: O(*e* log *e* + bytes of the changed files) for *e* edits in the order of their files.
    package func apply(_ diagnostics: [Diagnostic]) -> Outcome {
        var accepted: [FileID: EditList] = [:]
        var fixed: [Diagnostic] = []
        for diagnostic in diagnostics.inSourceOrder() {
            guard let fixIt = diagnostic.fixIt, fixIt.isSafe, fixIt.edits.contains(where: isChange) else { continue }
            var own: [FileID: EditList] = [:]
            let isApplicable = fixIt.edits.allSatisfy { edit in
                isInside(edit) && own[edit.span.file, default: EditList()].add(edit)
                    && accepted[edit.span.file, default: EditList()].accepts(edit)
            }
            guard isApplicable else { continue }
            for edit in fixIt.edits { accepted[edit.span.file, default: EditList()].add(edit) }
            fixed.append(diagnostic)
        }
        var changed: [FileID: [UInt8]] = [:]
        for (file, edits) in accepted {
            let old = files[Int(file.index)].bytes
            let new = edits.applied(to: old)
            if new != old { changed[file] = new }
        }
        return Outcome(changed: changed, fixed: fixed)
    }

    private func isInside(_ edit: Diagnostic.Edit) -> Bool {
        Int(edit.span.file.index) < files.count && edit.span.start <= edit.span.end
            && Int(edit.span.end) <= files[Int(edit.span.file.index)].bytes.count
    }

    private func isChange(_ edit: Diagnostic.Edit) -> Bool {
        guard isInside(edit) else { return false }
        let replaced = files[Int(edit.span.file.index)].bytes[Int(edit.span.start)..<Int(edit.span.end)]
        return !replaced.elementsEqual(edit.text.utf8)
    }
}

/// The edits of one file, ordered and free of overlaps.
private struct EditList {
    private var edits: [Diagnostic.Edit] = []

    /// Whether an edit is among these, or overlaps none of them.
    func accepts(_ edit: Diagnostic.Edit) -> Bool {
        place(of: edit) != nil
    }

    /// Takes an edit in, once; false, and unchanged, if it overlaps another.
    @discardableResult
    mutating func add(_ edit: Diagnostic.Edit) -> Bool {
        guard let place = place(of: edit) else { return false }
        if place == edits.count || edits[place] != edit { edits.insert(edit, at: place) }
        return true
    }

    /// The index at which an edit is or would be; nil if it overlaps another.
    private func place(of edit: Diagnostic.Edit) -> Int? {
        var low = 0
        var high = edits.count
        while low < high {
            let middle = (low + high) / 2
            if (edits[middle].span.start, edits[middle].span.end) < (edit.span.start, edit.span.end) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        if low < edits.count, edits[low] == edit { return low }
        if low < edits.count, Self.overlap(edit, edits[low]) { return nil }
        if low > 0, Self.overlap(edits[low - 1], edit) { return nil }
        return low
    }

    func applied(to bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        for edit in edits {
            result += bytes[index..<Int(edit.span.start)]
            result += edit.text.utf8
            index = Int(edit.span.end)
        }
        return result + bytes[index...]
    }

    /// Whether two edits, the second not before the first, touch the same text or leave their order open.
    private static func overlap(_ first: Diagnostic.Edit, _ second: Diagnostic.Edit) -> Bool {
        let isInsertion = first.span.start == first.span.end || second.span.start == second.span.end
        return isInsertion ? second.span.start <= first.span.end : second.span.start < first.span.end
    }
}
