internal import CFlowProcess
internal import Glibc

/// A program beside flowrun that turns text into text, such as a linter.
package enum Tool {
    /// Where a program stands on `PATH`; nil if it is not there.
    package static func path(of name: String) -> String? {
        guard let pointer = unsafe getenv("PATH") else { return nil }
        let folders = unsafe String(cString: pointer).split(separator: ":")
        return folders.lazy.map { "\($0)/\(name)" }.first { unsafe access($0, X_OK) == 0 }
    }

    /// Runs a program to its end and gives its standard output; nil if it could not be started.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments, without its name.
    ///   - input: What it reads from standard input.
    /// - Returns: What it has written, standard error included.
    /// - Note: Blocks. Both ends are memory files, so that neither side waits for the other.
    package static func output(of path: String, _ arguments: [String], input: [UInt8]) -> [UInt8]? {
        let given = unsafe input.withUnsafeBytes { unsafe flow_memory_file($0.baseAddress, $0.count) }
        let output = flow_memory_file(nil, 0)
        defer { [given, output].forEach { if $0 >= 0 { close($0) } } }
        guard given >= 0, output >= 0 else { return nil }
        var words = unsafe ([path] + arguments).map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        guard let launch = unsafe flow_launch_make() else { return nil }
        defer { unsafe flow_launch_free(launch) }
        var pid = pid_t()
        let status = unsafe words.withUnsafeMutableBufferPointer { words -> Int32 in
            unsafe path.withCString { path -> Int32 in
                var request = unsafe flow_launch_request()
                unsafe request.path = path
                unsafe request.argv = UnsafePointer(words.baseAddress)
                unsafe request.envp = UnsafePointer(flow_environment())
                unsafe request.stdin_fd = given
                unsafe request.stdout_fd = output
                unsafe request.stderr_fd = output
                return unsafe flow_launch_start(launch, &request, &pid)
            }
        }
        guard status == 0 else { return nil }
        var result: Int32 = 0
        while unsafe waitpid(pid, &result, 0) < 0, errno == EINTR {}
        guard unsafe flow_launch_failure(launch) == 0 else { return nil }
        lseek(output, 0, SEEK_SET)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe read(output, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return bytes }
            bytes += chunk[..<count]
        }
    }
}
