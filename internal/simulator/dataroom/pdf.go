package dataroom

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf16"
)

// linesAPage is how many lines of text a generated page takes.
const linesAPage = 40

// pdf is a generated PDF file, with unused bytes in it to reach a size.
type pdf struct {
	sections
	pages int
}

// Pages implements Paged.
func (p pdf) Pages() int { return p.pages }

// newPDF writes a PDF 1.4 file (ISO 32000-1) with the lines as text. If size is
// larger than that takes, an object that no page uses fills it up exactly; its
// bytes are noise, so that a file of gigabytes takes no memory.
func newPDF(title string, lines []string, seed, size int64) pdf {
	plain := writePDF(title, lines, seed, -1)
	if size <= plain.Size() {
		return plain
	}
	overhead := writePDF(title, lines, seed, 0).Size()
	return writePDF(title, lines, seed, max(0, size-overhead))
}

// pdfWriter notes where each object begins.
type pdfWriter struct {
	bytes.Buffer
	shift   int64
	offsets []int64
}

func (w *pdfWriter) object(format string, args ...any) {
	w.offsets = append(w.offsets, int64(w.Len())+w.shift)
	fmt.Fprintf(w, "%d 0 obj\n%s\nendobj\n", len(w.offsets), fmt.Sprintf(format, args...))
}

// writePDF writes the file; a padding below zero leaves out the unused object.
// Numbers have a fixed width, so that the size of all else is independent of the
// padding.
func writePDF(title string, lines []string, seed, padding int64) pdf {
	pages := splitPages(lines)
	w := &pdfWriter{}
	w.WriteString("%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
	var kids strings.Builder
	for i := range pages {
		fmt.Fprintf(&kids, "%d 0 R ", 5+2*i)
	}
	w.object("<< /Type /Catalog /Pages 2 0 R >>")
	w.object("<< /Type /Pages /Kids [ %s] /Count %d >>", kids.String(), len(pages))
	w.object("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
	w.object("<< /Title <%s> /Producer (Example LLP) >>", utf16Hex(title))
	for i, page := range pages {
		w.object("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "+
			"/Resources << /Font << /F1 3 0 R >> >> >>", 6+2*i)
		w.object("<< /Length %d >>\nstream\n%s\nendstream", len(page), page)
	}
	if padding < 0 {
		w.trailer()
		return pdf{sections{{bytes.NewReader(w.Bytes()), int64(w.Len())}}, len(pages)}
	}
	w.offsets = append(w.offsets, int64(w.Len()))
	fmt.Fprintf(w, "%d 0 obj\n<< /Length %010d >>\nstream\n", len(w.offsets), padding)
	head := bytes.Clone(w.Bytes())
	w.Reset()
	w.shift = int64(len(head)) + padding
	w.WriteString("\nendstream\nendobj\n")
	w.trailer()
	return pdf{sections{
		{bytes.NewReader(head), int64(len(head))},
		{&noise{uint64(seed)}, padding},
		{bytes.NewReader(w.Bytes()), int64(w.Len())},
	}, len(pages)}
}

// trailer writes the cross-reference table, whose entries take 20 bytes each.
func (w *pdfWriter) trailer() {
	start := int64(w.Len()) + w.shift
	fmt.Fprintf(w, "xref\n0 %d\n0000000000 65535 f \n", len(w.offsets)+1)
	for _, offset := range w.offsets {
		fmt.Fprintf(w, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(w, "trailer\n<< /Size %d /Root 1 0 R /Info 4 0 R >>\nstartxref\n%010d\n%%%%EOF\n", len(w.offsets)+1, start)
}

// splitPages makes the content stream of each page.
func splitPages(lines []string) []string {
	var pages []string
	for len(lines) > 0 {
		n := min(linesAPage, len(lines))
		var page strings.Builder
		page.WriteString("BT /F1 11 Tf 72 770 Td 16 TL\n")
		for _, line := range lines[:n] {
			fmt.Fprintf(&page, "(%s) Tj T*\n", escapePDF(line))
		}
		page.WriteString("ET")
		pages = append(pages, page.String())
		lines = lines[n:]
	}
	return pages
}

// escapePDF keeps what Helvetica in WinAnsiEncoding can show.
func escapePDF(s string) string {
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '(' || r == ')' || r == '\\':
			b.WriteByte('\\')
			b.WriteByte(byte(r))
		case r >= ' ' && r < 0x7f:
			b.WriteByte(byte(r))
		case r >= 0xa0 && r <= 0xff:
			fmt.Fprintf(&b, "\\%03o", r)
		default:
			b.WriteByte('?')
		}
	}
	return b.String()
}

// utf16Hex is a text string of any script, as PDF's metadata takes it.
func utf16Hex(s string) string {
	var b strings.Builder
	b.WriteString("FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String()
}
