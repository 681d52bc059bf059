package naming_test

import (
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/naming"
)

func TestDocumentNamesAreMadeSafe(t *testing.T) {
	for name, tc := range map[string]struct{ in, out string }{
		"as it is":                       {"Share Purchase Agreement v2.pdf", "Share Purchase Agreement v2.pdf"},
		"all forbidden characters":       {`a/b\c:d*e?f"g<h>i|j.pdf`, "a_b_c_d_e_f_g_h_i_j.pdf"},
		"a path":                         {"../../etc/passwd", ".._.._etc_passwd"},
		"control characters":             {"a\x00b\tc\nd\x7fe\u0085f.pdf", "a_b_c_d_e_f.pdf"},
		"line separators":                {"a\u2028b\u2029c.pdf", "a_b_c.pdf"},
		"not UTF-8":                      {"a\xff\xfeb.pdf", "a__b.pdf"},
		"half of a character":            {"caf\xc3.pdf", "caf_.pdf"},
		"not a character":                {"a\uFFFFb.pdf", "a_b.pdf"},
		"an override that hides exe":     {"invoice\u202Efdp.exe", "invoicefdp.exe"},
		"all bidirectional controls":     {"\u061C\u200E\u200Fa\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069.pdf", "a.pdf"},
		"a byte order mark":              {"\uFEFFReport.pdf", "Report.pdf"},
		"spaces at both ends":            {" \u00a0\u3000Report.pdf \u2003", "Report.pdf"},
		"trailing dots":                  {"Report.pdf. . ..", "Report.pdf"},
		"dots in front":                  {"...and more.pdf", "...and more.pdf"},
		"a hidden file":                  {".hidden.pdf", ".hidden.pdf"},
		"only an extension":              {".pdf", "_.pdf"},
		"only a space and an extension":  {" .pdf", "_.pdf"},
		"only dots and an extension":     {"...pdf", "_...pdf"},
		"only a mark and an extension":   {"\u200F.pdf", "_.pdf"},
		"nothing":                        {"", "_"},
		"only spaces":                    {"   ", "_"},
		"one dot":                        {".", "_"},
		"two dots":                       {"..", "_"},
		"only forbidden characters":      {"///", "___"},
		"decomposed accents":             {"Re\u0301sume\u0301.pdf", "Résumé.pdf"},
		"a mark between base and accent": {"e\u200E\u0301.pdf", "é.pdf"},
		"decomposed Hangul":              {"\u1112\u1161\u11ab\u1100\u1173\u11af.hwp", "한글.hwp"},
		"Arabic":                         {"عقد الشراء.pdf", "عقد الشراء.pdf"},
		"Hebrew":                         {"הסכם רכישה.docx", "הסכם רכישה.docx"},
		"Chinese":                        {"股份购买协议.pdf", "股份购买协议.pdf"},
		"Japanese":                       {"契約書ガ.pdf", "契約書ガ.pdf"},
		"Hindi":                          {"क्षेत्र समझौता.pdf", "क्षेत्र समझौता.pdf"},
		"Persian with a non-joiner":      {"می\u200cخواهم.pdf", "می\u200cخواهم.pdf"},
		"Greek, Russian, Thai":           {"Σύμβαση договор สัญญา.xlsx", "Σύμβαση договор สัญญา.xlsx"},
		"a family of emoji":              {"👨\u200d👩\u200d👧.png", "👨\u200d👩\u200d👧.png"},
		"a not-less-than sign":           {"≮.txt", "≮.txt"},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(naming.Document(tc.in)).To(Equal(tc.out))
			g.Expect(naming.Document(tc.out)).To(Equal(tc.out))
		})
	}
}

func TestLongDocumentNamesAreCutBeforeTheExtension(t *testing.T) {
	const most = naming.MaxBytes
	fill := strings.Repeat
	for name, tc := range map[string]struct{ in, out string }{
		"exactly as long as allowed": {fill("a", most-4) + ".pdf", fill("a", most-4) + ".pdf"},
		"300 bytes":                  {fill("a", 296) + ".pdf", fill("a", most-4) + ".pdf"},
		"no extension":               {fill("a", 300), fill("a", most)},
		"the last of two extensions": {fill("a", 300) + ".tar.gz", fill("a", most-3) + ".gz"},
		"an extension of 16 bytes":   {fill("a", 300) + "." + fill("x", 15), fill("a", most-16) + "." + fill("x", 15)},
		"one that is too long":       {fill("a", 190) + "." + fill("x", 16), fill("a", 190) + "." + fill("x", 9)},
		"a sentence with a dot":      {fill("a", 191) + ". And more", fill("a", 191) + ". And mor"},
		"spaces at the cut":          {fill("a", 150) + fill(" ", 100) + "b.pdf", fill("a", 150) + ".pdf"},
		"dots at the cut":            {fill("a", 150) + fill(".", 100) + "b.pdf", fill("a", 150) + ".pdf"},
		"nothing but dots before":    {fill(".", 300) + "pdf", "_.pdf"},
		"two-byte characters":        {fill("é", 150) + ".pdf", fill("é", 98) + ".pdf"},
		"three-byte characters":      {fill("字", 100) + ".pdf", fill("字", 65) + ".pdf"},
		"a letter and its accent":    {fill("a", 194) + "x\u0323\u0302b.pdf", fill("a", 194) + ".pdf"},
		"an emoji family": {
			fill("a", 186) + "👨\u200d👩\u200d👧.png",
			fill("a", 186) + ".png",
		},
		"an emoji and its colour": {fill("a", 190) + "👍🏽.png", fill("a", 190) + ".png"},
		"more accents than fit": { // Unicode's stream-safe format puts a joiner after each 30 of them
			"x" + fill("\u0323", 200) + ".pdf",
			"x" + fill(fill("\u0323", 30)+"\u034f", 3) + fill("\u0323", 4) + ".pdf",
		},
	} {
		t.Run(name, func(t *testing.T) {
			g := NewWithT(t)
			g.Expect(naming.Document(tc.in)).To(Equal(tc.out))
			g.Expect(naming.Document(tc.out)).To(Equal(tc.out))
			g.Expect(len(tc.out)).To(BeNumerically("<=", most))
		})
	}
}

func TestFolderNamesAreMadeSafe(t *testing.T) {
	for _, tc := range []struct{ in, out string }{
		{"Contracts", "Contracts"},
		{".", "_"},
		{"..", "_"},
		{"", "_"},
		{"A/B", "A_B"},
		{" Phase 1. ", "Phase 1"},
		{".archive", ".archive"}, // no extension, so nothing is missing before it
		{strings.Repeat("a", 300) + ".pdf", strings.Repeat("a", 200)},
	} {
		NewWithT(t).Expect(naming.Folder(tc.in)).To(Equal(tc.out), "%q", tc.in)
	}
}

func TestKeyOfNamesThatMustNotMeet(t *testing.T) {
	for _, tc := range []struct {
		a, b string
		same bool
	}{
		{"Report.pdf", "report.PDF", true},
		{"Résumé.pdf", "RE\u0301SUME\u0301.PDF", true},
		{"Straße.pdf", "STRASSE.pdf", true},
		{"ΣΊΣΥΦΟΣ.pdf", "σίσυφος.pdf", true},
		{"Договор.pdf", "ДОГОВОР.pdf", true},
		{"\u212Aelvin.pdf", "kelvin.pdf", true},
		{"\uab70\uab71.pdf", "\u13a0\u13a1.PDF", true}, // Cherokee
		{"Report.pdf", "Report.docx", false},
		{"Report 1.pdf", "Report  1.pdf", false},
		{"Resume.pdf", "Résumé.pdf", false},
	} {
		NewWithT(t).Expect(naming.Key(tc.a) == naming.Key(tc.b)).To(Equal(tc.same), "%q and %q", tc.a, tc.b)
	}
}
