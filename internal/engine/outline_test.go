package engine

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestAnOutlineIsTheBeginningAndTheEnd, however a file comes in.
func TestAnOutlineIsTheBeginningAndTheEnd(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var o outline
		var file []byte
		for _, length := range rapid.SliceOfN(rapid.IntRange(0, 3*tailLength), 0, 8).Draw(t, "lengths") {
			part := make([]byte, length)
			for i := range part {
				part[i] = byte(len(file) + i*i)
			}
			file = append(file, part...)
			o.add(part)
		}
		if head := file[:min(len(file), tailLength)]; !bytes.Equal(o.head, head) {
			t.Errorf("the head is %d bytes, not %d", len(o.head), len(head))
		}
		if tail := file[max(0, len(file)-tailLength):]; !bytes.Equal(o.tail, tail) {
			t.Errorf("the tail is %d bytes, not %d", len(o.tail), len(tail))
		}
	})
}

// TestAFileIsWholeByItsEnd: marks further up are of earlier versions, or of files within.
func TestAFileIsWholeByItsEnd(t *testing.T) {
	const filler = 2 * tailLength
	for _, c := range []struct {
		name, start, end string
		stampable, whole bool
	}{
		{"a PDF", "%PDF-1.7 ", "%%EOF\n", true, true},
		{"a PDF whose only end is an earlier one", "%PDF-1.7 %%EOF ", "", true, false},
		{"an Office file", "PK\x03\x04", "PK\x05\x06" + string(make([]byte, 18)), true, true},
		{"an Office file without its directory", "PK\x03\x04 PK\x05\x06", "PK\x01\x02", true, false},
		{"a text", "text", "%%EOF", false, false},
		{"nothing", "", "", false, false},
	} {
		var o outline
		o.add([]byte(c.start))
		o.add(make([]byte, filler))
		o.add([]byte(c.end))
		if o.takesWatermark() != c.stampable || o.whole() != c.whole {
			t.Errorf("%s: may be stamped %v, whole %v", c.name, o.takesWatermark(), o.whole())
		}
	}
}
