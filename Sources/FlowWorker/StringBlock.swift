/// Strings as the system takes them, one after the other in one piece of memory.
struct StringBlock {
    private var bytes: [CChar] = []
    private var begins: [Int] = []

    mutating func append(_ text: String) {
        begins.append(bytes.count)
        add(text)
        bytes.append(0)
    }

    /// Adds `NAME=value`.
    mutating func append(name: String, value: String) {
        begins.append(bytes.count)
        add(name)
        bytes.append(CChar(bitPattern: UInt8(ascii: "=")))
        add(value)
        bytes.append(0)
    }

    private mutating func add(_ part: String) {
        var part = part
        part.withUTF8 { text in
            unsafe text.withMemoryRebound(to: CChar.self) { unsafe bytes.append(contentsOf: $0) }
        }
    }

    /// Lends where each string begins.
    mutating func withPointers<Result>(_ body: ([UnsafeMutablePointer<CChar>?]) -> Result) -> Result {
        unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return unsafe body([]) }
            return unsafe body(begins.map { unsafe base + $0 })
        }
    }
}
