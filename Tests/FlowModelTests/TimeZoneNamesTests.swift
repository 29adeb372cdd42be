import FlowModel
import Testing

struct TimeZoneNamesTests {
    @Test func `names are sorted by their bytes and unique`() {
        #expect(TimeZoneNames.all.count > 500)
        for (left, right) in zip(TimeZoneNames.all, TimeZoneNames.all.dropFirst()) {
            #expect(left.utf8.lexicographicallyPrecedes(right.utf8))
        }
    }

    @Test(arguments: ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT-14", "US/Eastern", "GMT0"])
    func `zones and old names are known`(_ name: String) {
        #expect(TimeZoneNames.contains(name))
    }

    @Test(arguments: ["", "utc", "Europe/Berlin ", "Factory", "localtime", "PST", "Asia/\u{212A}abul", "Europe"])
    func `what is no name is not known`(_ name: String) {
        #expect(!TimeZoneNames.contains(name))
    }

    @Test(arguments: [
        ("utc", "UTC"), ("Europe/Berln", "Europe/Berlin"), ("America/New York", "America/New_York"),
        ("Berlin", "Europe/Berlin"), ("Z", "UTC"), ("PST", nil), ("CEST", nil), ("", nil), ("Mars/Olympus", nil),
    ])
    func `the nearest name is that of the zone that was meant`(_ name: String, _ nearest: String?) {
        #expect(TimeZoneNames.nearest(to: name) == nearest)
    }
}
