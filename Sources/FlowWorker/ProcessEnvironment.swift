internal import CFlowProcess
internal import Glibc

/// The environment that tasks inherit, and the processes that carry a mark in theirs.
package enum ProcessEnvironment {
    /// This process's variables, without flowrun's own settings.
    package static let inherited = all().filter { !$0.name.hasPrefix("FLOWRUN_") }

    /// The inherited variables as the system takes them, `NAME=value`, made once and never freed.
    @safe struct Block: @unchecked Sendable {
        // Written before anybody else can see it, and never again.
        fileprivate(set) var entries: [UnsafeMutablePointer<CChar>?] = unsafe []
        /// The place of each name.
        fileprivate(set) var places: [String: Int] = [:]
    }

    static let block: Block = {
        var block = Block()
        for (name, value) in inherited {
            // Of a name that stands twice the last one counts.
            if let place = block.places[name] {
                unsafe free(block.entries[place])
                unsafe block.entries[place] = strdup("\(name)=\(value)")
                continue
            }
            block.places[name] = unsafe block.entries.count
            unsafe block.entries.append(strdup("\(name)=\(value)"))
        }
        return block
    }()

    /// The variables that are flowrun's: settings, and what an attempt carries.
    package static func own() -> [(name: String, value: String)] {
        all().filter { $0.name.hasPrefix("FLOWRUN_") }
    }

    /// The value of a variable of this process.
    package static func value(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static func all() -> [(name: String, value: String)] {
        var variables: [(name: String, value: String)] = []
        var cursor = unsafe flow_environment()
        while let entry = unsafe cursor?.pointee {
            let text = unsafe String(cString: entry)
            if let equals = text.firstIndex(of: "=") {
                variables.append((String(text[..<equals]), String(text[text.index(after: equals)...])))
            }
            unsafe cursor = cursor.map { unsafe $0 + 1 }
        }
        return variables
    }

    static var path: String {
        inherited.first { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin"
    }

    /// The processes whose environment holds a mark: 64 at most.
    static func carriers(of mark: String) -> [ProcessReport.Survivor] {
        var found = [Int32](repeating: 0, count: 64)
        let count = unsafe flow_carriers(mark, &found, Int32(found.count))
        return found.prefix(Int(count)).map { pid in
            var name = [UInt8](repeating: 0, count: 64)
            let file = unsafe open("/proc/\(pid)/comm", O_RDONLY | O_CLOEXEC)
            defer { if file >= 0 { close(file) } }
            let length = file < 0 ? 0 : unsafe max(0, read(file, &name, name.count) - 1)
            return ProcessReport.Survivor(pid: pid, name: String(decoding: name.prefix(length), as: UTF8.self))
        }
    }

    /// Kills every process whose environment holds a mark, until none is left.
    ///
    /// It finds what has left its process group and its session. Source: proc(5), `/proc/PID/environ`.
    package static func killCarriers(of mark: String) {
        unsafe flow_kill_carriers(mark)
    }
}
