package dataroom_test

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/dataroom"
)

func read(t *testing.T, c dataroom.Content) []byte {
	t.Helper()
	in, err := c.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	all, err := io.ReadAll(in)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// paths lists the documents of a room with the path of each.
func paths(r *dataroom.Room) map[string][]*dataroom.Document {
	names := map[int64]string{}
	for _, f := range r.Folders() { // parents come before what is below them
		names[f.ID] = names[f.Parent] + "/" + f.Name
	}
	all := map[string][]*dataroom.Document{}
	for _, d := range r.Documents() {
		path := names[d.Parent] + "/" + d.FileName()
		all[path] = append(all[path], d)
	}
	return all
}

func TestDemoRoomHasWhatDataRoomsHave(t *testing.T) {
	g := NewWithT(t)
	r := dataroom.Generated(1, dataroom.Size{})
	all := paths(r)

	g.Expect(r.Documents()).To(HaveLen(42))
	g.Expect(r.Folders()).To(HaveLen(13))
	contracts := 0
	for path, documents := range all {
		if strings.HasPrefix(path, "/Contracts/") {
			contracts += len(documents)
		}
	}
	g.Expect(contracts).To(Equal(30))

	g.Expect(all["/Contracts/NDAs/Confidentiality agreement.pdf"]).To(HaveLen(2), "two documents of one name")
	g.Expect(all["/Contracts/Side letter (to follow).pdf"][0].Placeholder()).To(BeTrue())
	g.Expect(all["/Contracts/Side letter (to follow).pdf"][0].VersionNumber).To(BeZero())
	g.Expect(all["/Contracts/Leases/Lease – Unit 7 Riverside.pdf"][0].IRM).To(BeTrue())
	empty := all["/Contracts/Drafts/Notes.txt"][0]
	g.Expect(empty.Placeholder()).To(BeFalse())
	g.Expect(empty.Size()).To(BeZero())
	longest := 0
	for _, d := range r.Documents() {
		longest = max(longest, utf8.RuneCountInString(d.Name))
	}
	g.Expect(longest).To(Equal(200))
	for _, script := range []string{"é", "ü", "Ø", "Россия", "中国", "ישראל", "عقد"} {
		g.Expect(keys(all)).To(ContainElement(ContainSubstring(script)))
	}
}

func keys[V any](m map[string]V) (all []string) {
	for k := range m {
		all = append(all, k)
	}
	return all
}

func TestGeneratedFilesAreWhatTheirNamesSay(t *testing.T) {
	seen := map[string]bool{}
	for path, documents := range paths(dataroom.Generated(1, dataroom.Size{})) {
		for _, d := range documents {
			if d.Size() == 0 {
				continue
			}
			t.Run(path, func(t *testing.T) {
				content := read(t, d.Content())
				seen[d.Extension] = true
				switch d.Extension {
				case ".pdf":
					checkPDF(t, content)
				case ".docx", ".xlsx":
					checkPackage(t, content)
				case ".eml":
					checkMail(t, content)
				case ".txt":
					NewWithT(t).Expect(utf8.Valid(content)).To(BeTrue())
				default:
					t.Errorf("no check for %s", d.Extension)
				}
				NewWithT(t).Expect(d.Size()).To(BeEquivalentTo(len(content)))
			})
		}
	}
	NewWithT(t).Expect(seen).To(HaveLen(5), "all five types of file occur")
}

// checkPDF follows the cross-reference table as a reader does.
func checkPDF(t *testing.T, content []byte) {
	t.Helper()
	g := NewWithT(t)
	g.Expect(string(content[:8])).To(Equal("%PDF-1.4"))
	tail := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(content)
	g.Expect(tail).NotTo(BeNil())
	start, err := strconv.Atoi(string(tail[1]))
	g.Expect(err).NotTo(HaveOccurred())
	table := content[start:]
	g.Expect(string(table[:5])).To(Equal("xref\n"))
	entries := regexp.MustCompile(`(?m)^(\d{10}) 00000 n $`).FindAllSubmatch(table, -1)
	g.Expect(len(entries)).To(BeNumerically(">=", 6))
	for i, entry := range entries {
		offset, err := strconv.Atoi(string(entry[1]))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(bytes.HasPrefix(content[offset:], fmt.Appendf(nil, "%d 0 obj\n", i+1))).To(BeTrue(), "object %d", i+1)
	}
	for _, stream := range regexp.MustCompile(`/Length (\d+) >>\nstream\n`).FindAllSubmatchIndex(content[:start], -1) {
		length, err := strconv.Atoi(string(content[stream[2]:stream[3]]))
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(bytes.HasPrefix(content[stream[1]+length:], []byte("\nendstream"))).To(BeTrue())
	}
}

func checkPackage(t *testing.T, content []byte) {
	t.Helper()
	g := NewWithT(t)
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(z.File[0].Name).To(Equal("[Content_Types].xml"))
	for _, f := range z.File {
		in, err := f.Open()
		g.Expect(err).NotTo(HaveOccurred())
		for dec := xml.NewDecoder(in); err == nil; {
			_, err = dec.Token()
		}
		g.Expect(errors.Is(err, io.EOF)).To(BeTrue(), "%s: %v", f.Name, err)
	}
}

func checkMail(t *testing.T, content []byte) {
	t.Helper()
	g := NewWithT(t)
	message, err := mail.ReadMessage(bytes.NewReader(content))
	g.Expect(err).NotTo(HaveOccurred())
	_, err = message.Header.Date()
	g.Expect(err).NotTo(HaveOccurred())
	_, err = message.Header.AddressList("From")
	g.Expect(err).NotTo(HaveOccurred())
	body, err := io.ReadAll(message.Body)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(body).NotTo(BeEmpty())
}

func TestSameSeedSameRoom(t *testing.T) {
	g := NewWithT(t)
	size := dataroom.Size{Documents: 60, Folders: 12}
	first, second, other := dataroom.Generated(7, size), dataroom.Generated(7, size), dataroom.Generated(8, size)
	for i, d := range first.Documents() {
		same, different := second.Documents()[i], other.Documents()[i]
		g.Expect([]any{d.ID, d.FileName(), d.Modified}).To(Equal([]any{same.ID, same.FileName(), same.Modified}))
		g.Expect(read(t, d.Content())).To(Equal(read(t, same.Content())))
		g.Expect(d.ID).NotTo(Equal(different.ID))
		g.Expect(read(t, d.Content())).NotTo(Equal(read(t, different.Content())))
		g.Expect(d.ID).To(BeNumerically(">", int64(1)<<33))
	}
}

func TestLargeRoomsCostLittle(t *testing.T) {
	g := NewWithT(t)
	r := dataroom.Generated(3, dataroom.Size{Documents: 50_000, Folders: 10_000, Depth: 12})
	g.Expect(r.Documents()).To(HaveLen(50_000))
	g.Expect(r.Folders()).To(HaveLen(10_000))
	depths, deepest := map[int64]int{}, 0
	for _, f := range r.Folders() {
		depths[f.ID] = depths[f.Parent] + 1
		deepest = max(deepest, depths[f.ID])
	}
	g.Expect(deepest).To(Equal(12))
}

func TestOddities(t *testing.T) {
	g := NewWithT(t)
	size := dataroom.Size{Documents: 400, Folders: 10, Oddities: true}
	var long, empty, placeholders, onlyExtension int
	bySum, names := map[[20]byte]int{}, map[string]bool{}
	for _, d := range dataroom.Generated(3, size).Documents() {
		sum, err := d.SHA1()
		g.Expect(err).NotTo(HaveOccurred())
		names[d.Name] = true
		switch {
		case d.Placeholder():
			placeholders++
		case d.Size() == 0:
			empty++
		default:
			bySum[sum]++
		}
		if utf8.RuneCountInString(d.Name) == 200 {
			long++
		}
		if d.Name == "" {
			onlyExtension++
		}
	}
	g.Expect([]int{long, empty, placeholders, onlyExtension}).To(Equal([]int{20, 20, 20, 1}))
	g.Expect(bySum).To(ContainElement(20), "one file under many names")
	g.Expect(names).To(And(HaveKey("CON"), HaveKey(".."), HaveKey("Disclosure 1/2"), HaveKey("\u202eright to left")))
	size.Oddities = false
	for _, d := range dataroom.Generated(3, size).Documents() {
		g.Expect(d.Size()).To(BeNumerically(">", 0), "none unless asked for")
	}
}

func TestFileSizeIsExactAndTheFilesStillOpen(t *testing.T) {
	for _, size := range []int64{2000, 10_000, 16 << 10, 1 << 20} {
		g := NewWithT(t)
		r := dataroom.Generated(3, dataroom.Size{Documents: 2, Folders: 1, FileSize: size})
		for _, d := range r.Documents() {
			content := read(t, d.Content())
			g.Expect(content).To(HaveLen(int(size)))
			g.Expect(d.Size()).To(Equal(size))
			checkPDF(t, content)
		}
		first, second := r.Documents()[0], r.Documents()[1]
		g.Expect(read(t, first.Content())).NotTo(Equal(read(t, second.Content())))
	}
}

func TestFilesOfGigabytesTakeNoMemory(t *testing.T) {
	g := NewWithT(t)
	huge := dataroom.Noise(1, 4<<30)
	in, err := huge.Open()
	g.Expect(err).NotTo(HaveOccurred())
	defer in.Close()
	end, err := in.Seek(-5, io.SeekEnd)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(end).To(BeEquivalentTo(4<<30 - 5))
	rest, err := io.ReadAll(in)
	g.Expect(err).NotTo(HaveOccurred())
	g.Expect(rest).To(HaveLen(5))
}

func TestNoiseIsTheSameFromEverywhere(t *testing.T) {
	g := NewWithT(t)
	content := dataroom.Noise(5, 100)
	whole := read(t, content)
	for offset := range 100 {
		in, err := content.Open()
		g.Expect(err).NotTo(HaveOccurred())
		_, err = in.Seek(int64(offset), io.SeekStart)
		g.Expect(err).NotTo(HaveOccurred())
		rest, err := io.ReadAll(in)
		g.Expect(err).NotTo(HaveOccurred())
		g.Expect(rest).To(Equal(whole[offset:]))
	}
}
