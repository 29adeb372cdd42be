@main struct Flowrun { static func main() {} }
