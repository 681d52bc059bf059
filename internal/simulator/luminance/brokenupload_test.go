package luminance_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	. "github.com/onsi/gomega"

	"dataroom.dev/intralinks-operator/internal/simulator/luminance"
)

// sendPart opens a connection and sends an upload as far as text goes; length is
// a header that announces how much there is.
func (i *instance) sendPart(length, text string) *net.TCPConn {
	i.t.Helper()
	conn, err := new(net.Dialer).DialContext(i.t.Context(), "tcp", strings.TrimPrefix(i.url, "http://"))
	i.g.Expect(err).NotTo(HaveOccurred())
	i.t.Cleanup(func() { conn.Close() })
	i.g.Expect(conn.SetDeadline(time.Now().Add(patience))).To(Succeed())
	_, err = fmt.Fprintf(conn, "POST /api2%s/upload?name=a&replace=false HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/octet-stream\r\n%s\r\n\r\n%s", rootFolder, i.token, length, text)
	i.g.Expect(err).NotTo(HaveOccurred())
	return conn.(*net.TCPConn)
}

// statusOn is the status of the answer that comes.
func (i *instance) statusOn(conn *net.TCPConn) int {
	i.t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	i.g.Expect(err).NotTo(HaveOccurred())
	resp.Body.Close()
	return resp.StatusCode
}

// bytesIn is how much came of the only request in the log.
func (i *instance) bytesIn() int64 {
	if log := i.Control().Requests(); len(log) == 1 {
		return log[0].BytesIn
	}
	return -1
}

// arriving tells what is on its way in.
func arriving(dir string) func() ([]os.DirEntry, error) {
	return func() ([]os.DirEntry, error) { return os.ReadDir(filepath.Join(dir, ".incoming")) }
}

// storedNothing waits until the instance is done with what it received and
// expects nothing to be left of it.
func (i *instance) storedNothing(dir string) {
	i.t.Helper()
	i.g.Eventually(arriving(dir)).Should(BeEmpty())
	i.g.Expect(i.Documents(true)).To(BeEmpty())
	i.g.Expect(files(i.t, dir)).To(BeEmpty())
}

// parts of an upload that are whole base64 each, but not all of what was announced.
var parts = []string{"", "aGVs", "aGVsbG8=", strings.Repeat("aGVs", 50_000)}

// TestBrokenUploadStoresNothing sends less than was announced.
func TestBrokenUploadStoresNothing(t *testing.T) {
	for _, sent := range parts {
		for name, length := range map[string]string{
			"short of Content-Length": fmt.Sprintf("Content-Length: %d", len(sent)+4),
			"without the last chunk":  "Transfer-Encoding: chunked",
		} {
			t.Run(fmt.Sprint(name, " ", len(sent)), func(t *testing.T) {
				dir := t.TempDir()
				i := start(t, luminance.Options{ReceivedDir: dir})
				i.set("chunkedUpload", "accept")
				body := sent
				if strings.HasPrefix(length, "Transfer") && sent != "" {
					body = fmt.Sprintf("%x\r\n%s\r\n", len(sent), sent)
				}
				conn := i.sendPart(length, body)
				i.g.Expect(conn.CloseWrite()).To(Succeed())
				_, err := http.ReadResponse(bufio.NewReader(conn), nil)
				i.g.Expect(err).To(HaveOccurred(), "there is no answer")
				i.storedNothing(dir)
			})
		}
	}
}

func TestResetUploadStoresNothing(t *testing.T) {
	for _, sent := range parts {
		dir := t.TempDir()
		i := start(t, luminance.Options{ReceivedDir: dir})
		i.Control().ResetRequests()
		conn := i.sendPart(fmt.Sprintf("Content-Length: %d", len(sent)+4), sent)
		// What is still on its way is lost with a reset, so wait for it to come.
		i.g.Eventually(arriving(dir)).Should(HaveLen(1))
		i.g.Eventually(i.bytesIn).Should(BeEquivalentTo(len(sent)))
		i.g.Expect(conn.SetLinger(0)).To(Succeed())
		conn.Close()
		i.storedNothing(dir)
		i.g.Expect(i.upload("a", "whole", "&replace=false").status).To(Equal(200), "its name was never taken")
	}
}

// TestUploadThatTakesTooLong: no time limit is documented; many servers have one.
func TestUploadThatTakesTooLong(t *testing.T) {
	dir := t.TempDir()
	i := start(t, luminance.Options{ReceivedDir: dir})
	i.set("bodyTimeout", "20ms")
	conn := i.sendPart("Content-Length: 8", "aGVs")
	i.g.Expect(i.statusOn(conn)).To(Equal(408))
	i.storedNothing(dir)
	i.set("bodyTimeout", "1h")
	i.g.Expect(i.upload("a", "hello", "&replace=false").status).To(Equal(200))
	i.g.Expect(i.upload("b", "hello", "&replace=false").status).To(Equal(200), "on the same connection")
}
