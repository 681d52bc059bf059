package ledger_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/ledger"
)

// filled gives the folder of a ledger of some pages.
func filled(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	l, err := ledger.Open(t.Context(), address(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	p := pair(t, l, heron)
	for id := range int64(500) {
		if err := p.Begin(t.Context(), id, to(strings.Repeat("folder", 20), "name", intent1)); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return folder
}

func TestADamagedLedgerIsSetAsideWhole(t *testing.T) {
	for what, damage := range map[string]func([]byte){
		"a page of rubbish": func(b []byte) { copy(b[4<<10:8<<10], strings.Repeat("rubbish!", 512)) },
		"pages of rubbish":  func(b []byte) { copy(b[8<<10:24<<10], strings.Repeat("rubbish!", 2<<10)) },
	} {
		t.Run(what, func(t *testing.T) {
			g := NewWithT(t)
			folder := filled(t)
			file := filepath.Join(folder, "ledger.db")
			content, err := os.ReadFile(file)
			g.Expect(err).NotTo(HaveOccurred())
			damage(content)
			g.Expect(os.WriteFile(file, content, 0o600)).To(Succeed())

			l := open(t, folder)
			g.Expect(l.SetAside).To(HavePrefix(file + ".damaged-"))
			g.Expect(os.ReadFile(l.SetAside)).To(Equal(content), "nothing of it is lost")
			g.Expect(pair(t, l, heron).Documents(t.Context())).To(BeEmpty(), "the new one begins empty")
		})
	}
}

func TestASoundLedgerIsNotSetAside(t *testing.T) {
	g := NewWithT(t)
	l := open(t, filled(t))
	g.Expect(l.SetAside).To(BeEmpty())
	g.Expect(pair(t, l, heron).Documents(t.Context())).To(HaveLen(500))
}
