package engine

import "bytes"

// tailLength is how much of a file's end is looked at, in bytes: the end marks of the types below stand there.
const tailLength = 1 << 10

// outline is the beginning and the end of a file, from which its type and its wholeness can be told.
type outline struct{ head, tail []byte }

func (o *outline) add(p []byte) {
	if missing := tailLength - len(o.head); missing > 0 {
		o.head = append(o.head, p[:min(missing, len(p))]...)
	}
	if len(p) >= tailLength {
		o.tail = append(o.tail[:0], p[len(p)-tailLength:]...)
		return
	}
	if surplus := len(o.tail) + len(p) - tailLength; surplus > 0 {
		o.tail = append(o.tail[:0], o.tail[surplus:]...)
	}
	o.tail = append(o.tail, p...)
}

// takesWatermark tells whether Intralinks may stamp files of this type: PDF and Office files, says the vendor.
func (o *outline) takesWatermark() bool { return o.isPDF() || o.isZip() }

// whole tells whether the file ends as its type has to.
func (o *outline) whole() bool {
	switch {
	case o.isPDF():
		return bytes.Contains(o.tail, []byte("%%EOF"))
	case o.isZip():
		return bytes.Contains(o.tail, []byte("PK\x05\x06"))
	}
	return false
}

func (o *outline) isPDF() bool { return bytes.HasPrefix(o.head, []byte("%PDF-")) }

// isZip: Word, Excel and PowerPoint files since 2007 are ZIP archives.
func (o *outline) isZip() bool { return bytes.HasPrefix(o.head, []byte("PK\x03\x04")) }
