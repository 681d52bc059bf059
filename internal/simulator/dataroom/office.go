package dataroom

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// part is one file of an Office Open XML package (ECMA-376).
type part struct{ name, body string }

const (
	xmlHead  = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	mainNS   = "http://schemas.openxmlformats.org/"
	relType  = mainNS + "officeDocument/2006/relationships"
	typesNS  = mainNS + "package/2006/content-types"
	relsNS   = mainNS + "package/2006/relationships"
	wordNS   = mainNS + "wordprocessingml/2006/main"
	sheetNS  = mainNS + "spreadsheetml/2006/main"
	typeBase = "application/vnd.openxmlformats-officedocument."
)

// packageDate stamps every part, so that a package comes out the same each time.
var packageDate = time.Date(2026, 1, 12, 9, 0, 0, 0, time.UTC)

// newPackage zips the parts uncompressed, because compressed bytes could change
// with the version of the compressor.
func newPackage(parts []part) []byte {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, p := range parts {
		// Writing to memory can't fail.
		w, _ := z.CreateHeader(&zip.FileHeader{Name: p.name, Method: zip.Store, Modified: packageDate})
		_, _ = w.Write([]byte(p.body))
	}
	_ = z.Close()
	return out.Bytes()
}

// frame is what every package has: its content types and where its main part is.
func frame(mainPart, contentTypes string) []part {
	return []part{
		{"[Content_Types].xml", xmlHead + `<Types xmlns="` + typesNS + `">` +
			`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
			`<Default Extension="xml" ContentType="application/xml"/>` + contentTypes + `</Types>`},
		{"_rels/.rels", relationships(relType+"/officeDocument", mainPart)},
	}
}

func relationships(kind, target string) string {
	return xmlHead + `<Relationships xmlns="` + relsNS + `"><Relationship Id="rId1" Type="` + kind +
		`" Target="` + target + `"/></Relationships>`
}

func override(name, contentType string) string {
	return `<Override PartName="/` + name + `" ContentType="` + typeBase + contentType + `+xml"/>`
}

// newDOCX writes a text document with a paragraph a line, the first in bold.
func newDOCX(lines []string) []byte {
	var body strings.Builder
	for i, line := range lines {
		bold := ""
		if i == 0 {
			bold = "<w:rPr><w:b/></w:rPr>"
		}
		fmt.Fprintf(&body, `<w:p><w:r>%s<w:t xml:space="preserve">%s</w:t></w:r></w:p>`, bold, escapeXML(line))
	}
	parts := frame("word/document.xml", override("word/document.xml", "wordprocessingml.document.main"))
	return newPackage(append(parts, part{"word/document.xml", xmlHead + `<w:document xmlns:w="` + wordNS + `"><w:body>` +
		body.String() + `</w:body></w:document>`}))
}

// newXLSX writes a workbook with one sheet of text cells.
func newXLSX(rows [][]string) []byte {
	var data strings.Builder
	for i, row := range rows {
		fmt.Fprintf(&data, `<row r="%d">`, i+1)
		for j, cell := range row {
			fmt.Fprintf(&data, `<c r="%c%d" t="inlineStr"><is><t>%s</t></is></c>`, 'A'+j, i+1, escapeXML(cell))
		}
		data.WriteString(`</row>`)
	}
	parts := frame("xl/workbook.xml", override("xl/workbook.xml", "spreadsheetml.sheet.main")+
		override("xl/worksheets/sheet1.xml", "spreadsheetml.worksheet"))
	return newPackage(append(parts,
		part{"xl/workbook.xml", xmlHead + `<workbook xmlns="` + sheetNS + `" xmlns:r="` + relType +
			`"><sheets><sheet name="Register" sheetId="1" r:id="rId1"/></sheets></workbook>`},
		part{"xl/_rels/workbook.xml.rels", relationships(relType+"/worksheet", "worksheets/sheet1.xml")},
		part{"xl/worksheets/sheet1.xml", xmlHead + `<worksheet xmlns="` + sheetNS + `"><sheetData>` + data.String() +
			`</sheetData></worksheet>`},
	))
}

func escapeXML(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // writing to memory can't fail
	return b.String()
}
