internal import CLibFuzzer
internal import Glibc

/// libFuzzer with one function.
package enum FuzzDriver {
    /// Tries inputs until the time is over, and leaves the process.
    package static func run(_ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt) -> Never {
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = unsafe CommandLine.unsafeArgv
        exit(unsafe LLVMFuzzerRunDriver(&count, &arguments, one))
    }
}
