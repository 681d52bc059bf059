package intralinks_test

import (
	"encoding/json"
	"testing"
	"time"

	"dataroom.dev/intralinks-operator/internal/intralinks"
)

func TestIDDecodes(t *testing.T) {
	for in, want := range map[string]intralinks.ID{
		`12400000038`: 12400000038, `"12400000038"`: 12400000038, `-1`: -1, `null`: 0, `""`: 0,
		`1.24e10`: 12400000000, `9223372036854775807`: 1<<63 - 1,
	} {
		var id intralinks.ID
		if err := json.Unmarshal([]byte(in), &id); err != nil || id != want {
			t.Errorf("%s: %d, %v; want %d", in, id, err, want)
		}
	}
	for _, in := range []string{`"x"`, `1.5`, `true`, `{}`, `9223372036854775808`, `1e300`, `"NaN"`, `"Inf"`} {
		var id intralinks.ID
		if err := json.Unmarshal([]byte(in), &id); err == nil {
			t.Errorf("%s: no error, got %d", in, id)
		}
	}
}

func TestBoolDecodes(t *testing.T) {
	for in, want := range map[string]intralinks.Bool{
		`true`: true, `"T"`: true, `"true"`: true, `false`: false, `"F"`: false, `"false"`: false, `null`: false, `""`: false,
	} {
		b := !want
		if err := json.Unmarshal([]byte(in), &b); err != nil || b != want {
			t.Errorf("%s: %v, %v; want %v", in, b, err, want)
		}
	}
	for _, in := range []string{`"maybe"`, `2`, `{}`} {
		var b intralinks.Bool
		if err := json.Unmarshal([]byte(in), &b); err == nil {
			t.Errorf("%s: no error, got %v", in, b)
		}
	}
}

func TestTimeDecodes(t *testing.T) {
	date := time.Date(2024, 4, 5, 19, 32, 25, 678e6, time.UTC)
	for in, want := range map[string]time.Time{
		`{"milliseconds":1712345545678}`: date, `{"milliseconds":"1712345545678"}`: date, `1712345545678`: date,
		`{}`: {}, `null`: {}, `""`: {},
	} {
		var got intralinks.Time
		if err := json.Unmarshal([]byte(in), &got); err != nil || !got.Equal(want) {
			t.Errorf("%s: %v, %v; want %v", in, got, err, want)
		}
	}
	for _, in := range []string{`"yesterday"`, `true`, `[]`, `{"milliseconds":{}}`} {
		var got intralinks.Time
		if err := json.Unmarshal([]byte(in), &got); err == nil {
			t.Errorf("%s: no error, got %v", in, got)
		}
	}
}

func TestDocumentFileName(t *testing.T) {
	for _, tt := range []struct{ name, extension, want string }{
		{"Master agreement", ".pdf", "Master agreement.pdf"},
		{"README", "", "README"},
		{"", ".gitignore", ".gitignore"},
		{"Notes.pdf", ".pdf", "Notes.pdf.pdf"},
		{"Plan", "docx", "Plan.docx"},
	} {
		if got := (intralinks.Document{Name: tt.name, Extension: tt.extension}).FileName(); got != tt.want {
			t.Errorf("%q + %q = %q, want %q", tt.name, tt.extension, got, tt.want)
		}
	}
}

func TestDocumentPlaceholderAndProtected(t *testing.T) {
	const hash = "2jmj7l5rSw0yVb/vlWAYkK/YBwk="
	for _, tt := range []struct {
		name                   string
		document               intralinks.Document
		placeholder, protected bool
	}{
		{"ordinary", intralinks.Document{Size: 8, FileHash: hash, PDFProtection: "NONE"}, false, false},
		{"no file yet", intralinks.Document{MimeType: "NONE/NONE"}, true, false},
		{"empty file", intralinks.Document{FileHash: hash}, false, false},
		{"rights management", intralinks.Document{Size: 8, FileHash: hash, IRM: true}, false, true},
		{"protected PDF", intralinks.Document{Size: 8, FileHash: hash, PDFProtection: "NOSAVE"}, false, true},
	} {
		if got := tt.document.Placeholder(); got != tt.placeholder {
			t.Errorf("%s: Placeholder = %v", tt.name, got)
		}
		if got := tt.document.Protected(); got != tt.protected {
			t.Errorf("%s: Protected = %v", tt.name, got)
		}
	}
}
