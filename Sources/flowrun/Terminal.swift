import FlowWorker
import Glibc

/// Standard output and standard error, unbuffered by us and safe against a reader that has gone.
enum Terminal {
    /// Whether standard error is a terminal.
    static var isInteractive: Bool { isatty(2) == 1 }

    /// Whether standard output is a terminal.
    static var isOutputInteractive: Bool { isatty(1) == 1 }

    static func print(_ text: String) {
        write(Array("\(text)\n".utf8), to: 1)
    }

    static func write(_ bytes: [UInt8]) {
        write(bytes, to: 1)
    }

    static func error(_ text: String) {
        write(Array("\(text)\n".utf8), to: 2)
    }

    /// Writes to standard error what moves the cursor there.
    static func errorPart(_ bytes: [UInt8]) {
        if !bytes.isEmpty { write(bytes, to: 2) }
    }

    /// Writes to standard error without ending the line.
    static func errorText(_ text: String) {
        write(Array(text.utf8), to: 2)
    }

    /// Whether the terminal cannot move its cursor.
    static var isDumb: Bool { (ProcessEnvironment.value("TERM") ?? "dumb") == "dumb" }

    /// Whether the locale is one of UTF-8.
    static var hasUnicode: Bool {
        let names = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { ProcessEnvironment.value($0) }.filter { !$0.isEmpty }
        let name = (names.first ?? "").lowercased()
        return name.hasSuffix("utf-8") || name.hasSuffix("utf8")
    }

    /// The number of rows of the terminal on standard error; 24 where it does not say.
    static var height: Int {
        var size = winsize()
        guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 24 }
        return Int(size.ws_row)
    }

    /// The number of columns of the terminal on standard error; 80 where it does not say.
    static var width: Int {
        var size = winsize()
        guard unsafe ioctl(2, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, bytes.count - written)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            written += count
        }
    }
}
