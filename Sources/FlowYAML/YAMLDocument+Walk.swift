extension YAMLDocument {
    /// Whether a scalar is not empty, begins with a letter or `_`, and has only letters, digits, `_` and `-`.
    package func isBare(_ node: YAMLNodeID) -> Bool {
        unsafe withBytes(node) { bytes in
            guard let first = unsafe bytes.first, (first | 0x20) &- UInt8(ascii: "a") < 26 || first == UInt8(ascii: "_")
            else { return false }
            for index in bytes.indices {
                let byte = unsafe bytes[index]
                guard
                    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
                else { return false }
            }
            return true
        }
    }

    /// Calls `body` with every scalar, keys included, in written order.
    package func forEachScalar(_ body: (YAMLNodeID) -> Void) {
        for index in records.indices where records[index].kind == .scalar { body(YAMLNodeID(index)) }
    }

    /// Calls `body` with every scalar that is a value or an item and no key, in written order; what stands below a key
    /// that begins with `x-` is the user's own and left out.
    package func forEachValue(_ body: (YAMLNodeID) -> Void) {
        forEachNamedScalar { _, value in body(value) }
    }

    /// The same, each with the key that it is the value of; nil for items.
    package func forEachNamedScalar(_ body: (_ key: YAMLNodeID?, _ value: YAMLNodeID) -> Void) {
        var index = 0
        var key: YAMLNodeID?
        var open: [(end: Int, isMapping: Bool, isKeyNext: Bool)] = []
        while index < records.count {
            while let last = open.last, index >= last.end { open.removeLast() }
            var isKey = false
            if let last = open.last, last.isMapping {
                isKey = last.isKeyNext
                open[open.count - 1].isKeyNext = !isKey
            }
            if isKey, isUsersOwn(index) {
                index = after(index + 1)
                open[open.count - 1].isKeyNext = true
                continue
            }
            switch records[index].kind {
            case .mapping: open.append((Int(records[index].payload), true, true))
            case .sequence: open.append((Int(records[index].payload), false, false))
            case .scalar:
                if isKey {
                    key = YAMLNodeID(index)
                } else {
                    body(open.last?.isMapping == true ? key : nil, YAMLNodeID(index))
                }
            case .alias: break
            }
            index += 1
        }
    }

    private func isUsersOwn(_ index: Int) -> Bool {
        guard records[index].kind == .scalar, text(of: records[index]).count > 2 else { return false }
        return unsafe withBytes(YAMLNodeID(index)) { unsafe $0[0] == UInt8(ascii: "x") && $0[1] == UInt8(ascii: "-") }
    }
}
