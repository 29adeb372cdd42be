package import FlowModel
package import FlowValue
import FlowWorker

/// The rules of time zones, as the system has them.
package enum TimeZoneFile {
    /// The rules of the setting `timezone` of a workflow; UTC where it says nothing, or nothing that the system knows.
    ///
    /// Source: tzfile(5); `TZDIR` is heeded, as in the C library.
    package static func rules(of spec: WorkflowSpec, folder: String?) -> TimeZoneRules {
        guard case .string(let name)? = spec.setting("timezone"), name != "UTC", !name.contains("..")
        else { return .utc }
        let folder = folder ?? "/usr/share/zoneinfo"
        return TextFile.contents(of: "\(folder)/\(name)").flatMap { TimeZoneRules(tzif: $0) } ?? .utc
    }
}
