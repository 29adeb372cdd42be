internal import CFlowProcess

/// The environment that tasks inherit, and the processes that carry a mark in theirs.
package enum ProcessEnvironment {
    /// This process's variables, without flowrun's own settings.
    package static let inherited = all().filter { !$0.name.hasPrefix("FLOWRUN_") }

    /// The variables that are flowrun's: settings, and what an attempt carries.
    package static func own() -> [(name: String, value: String)] {
        all().filter { $0.name.hasPrefix("FLOWRUN_") }
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

    /// Kills every process whose environment holds a mark, until none is left.
    ///
    /// It finds what has left its process group and its session. Source: proc(5), `/proc/PID/environ`.
    package static func killCarriers(of mark: String) {
        unsafe flow_kill_carriers(mark)
    }
}
