import Foundation

/// The `flowrun` that the cases are tried on.
enum ProgramUnderTest {
    struct Missing: Error, CustomStringConvertible {
        let description: String
    }

    /// The program that `FLOWRUN_UNDER_TEST` names, else the one that was built beside the test bundle.
    ///
    /// - Throws: `Missing` where there is none.
    static func path() throws -> String {
        if let named = ProcessInfo.processInfo.environment["FLOWRUN_UNDER_TEST"] {
            let path = URL(filePath: named).path
            guard isProgram(path) else { throw Missing(description: "FLOWRUN_UNDER_TEST: \(named) is not a program") }
            return path
        }
        let bundles = ["/proc/self/exe", CommandLine.arguments[0], Bundle.main.bundlePath]
        for bundle in bundles {
            var folder = URL(filePath: bundle).resolvingSymlinksInPath().deletingLastPathComponent()
            while folder.path != "/" {
                let program = folder.appending(path: "flowrun").path
                if isProgram(program) { return program }
                folder.deleteLastPathComponent()
            }
        }
        throw Missing(description: "no program flowrun in a folder above \(bundles.joined(separator: ", "))")
    }

    private static func isProgram(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && !isFolder.boolValue
            && FileManager.default.isExecutableFile(atPath: path)
    }
}
