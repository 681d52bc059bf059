package dataroom

import "fmt"

// oddNames are names that make trouble somewhere: for a file system, a terminal, a
// pattern or a comparison.
var oddNames = []string{
	"Q&A: \"who pays?\" <final> | v2", "Disclosure 1/2", `Back\slash`, "100% * 2", "Trailing dot.", "Trailing space ",
	" Leading space", "..", "CON", "Line\nbreak", "Tab\tstop", "Re\u0301sume\u0301", "\u202eright to left", "", "[draft] {1,2}", "%2e%2e%2f",
}

// oddOne makes the i-th document of a large room an odd one: a name of 200
// characters, no bytes, no file at all, the same file as others under another name,
// or a name that makes trouble.
func oddOne(seed int64, i int, name, extension string, content Content) (oddName, oddExtension string, oddContent Content) {
	switch turn := i / 4; turn % 5 {
	case 0:
		base := fmt.Sprintf("%d ", i+1)
		return base + longName[len(base):], extension, content
	case 1:
		return name, extension, Bytes{}
	case 2:
		return name, extension, nil
	case 3:
		return name, ".pdf", write(seed, 0, "Standard terms", ".pdf")
	default:
		return oddNames[turn/5%len(oddNames)], extension, content
	}
}
