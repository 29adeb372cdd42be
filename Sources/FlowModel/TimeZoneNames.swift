import FlowDiagnostics

/// The names of the IANA time zone database, its old ones (`US/Eastern`) included.
///
/// Source: [the database](https://www.iana.org/time-zones), as `tzdata.zi` gives it.
package enum TimeZoneNames {
    /// All names, sorted by their bytes; made at the first use.
    package static let all: [String] = table.split { $0 == " " || $0 == "\n" }.map(String.init)

    private static let known = Set(all)

    /// Whether there is a zone of exactly this name.
    package static func contains(_ name: String) -> Bool {
        // All names are ASCII: what is only canonically equivalent to one, such as the kelvin sign to K, is not it.
        name.utf8.allSatisfy { $0 < 0x80 } && known.contains(name)
    }

    /// The zone that was probably meant: of another case, with spaces, as a city alone, or misspelt.
    ///
    /// Abbreviations such as PST have none: the nearest name would be the one of another zone.
    package static func nearest(to name: String) -> String? {
        let wanted = String(name.lowercased().map { $0 == " " ? "_" : $0 })
        if let zone = all.first(where: { $0.lowercased() == wanted }) { return zone }
        if name.contains("/") { return Suggestion.nearest(to: name, among: all) }
        if ["z", "utc+0", "utc+00:00", "utc0"].contains(wanted) { return "UTC" }
        let cities = all.filter { $0.lowercased().hasSuffix("/" + wanted) && !$0.hasPrefix("Etc/") }
        return cities.count == 1 ? cities.first : nil
    }
}
