import Glibc

/// Stops the fuzzer with a message, and leaves the input behind, unless a condition holds.
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
    if !condition { fail(message()) }
}

/// Stops the fuzzer with a message.
///
/// `abort` in place of `fatalError`: libFuzzer reports it at once, and Swift's own backtrace is not needed.
package func fail(_ message: String) -> Never {
    let line = Array("VIOLATED: \(message)\n".utf8)
    _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    abort()
}
