/// What a benchmark needs beside flowrun and this machine does not have: nobody's fault, so it is skipped.
struct MissingPeer: Error {
    let program: String
}

/// Why a benchmark gives no figure: a program that failed, or results that are not what they must be.
struct BenchError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
