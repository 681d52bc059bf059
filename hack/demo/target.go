package main

import (
	"context"
	"crypto/sha1" //nolint:gosec // the hash that Intralinks and both simulators speak of
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// division is where the demo's documents go.
const division = "Corporate"

// arrival is a document as Luminance holds it.
type arrival struct {
	ID       int64  `json:"id"`
	Division string `json:"division"`
	Path     string `json:"path"`
	SHA1     string `json:"sha1"`
	Size     int64  `json:"size"`
	Version  int64  `json:"version"`
	File     string `json:"file"` // where its bytes lie below the folder of received documents
}

// arrivals lists the documents of the Division, in their newest versions.
func arrivals(ctx context.Context, luminance *admin) ([]arrival, error) {
	var tree struct {
		Documents []arrival `json:"documents"`
	}
	if err := luminance.get(ctx, "/tree", &tree); err != nil {
		return nil, err
	}
	var found []arrival
	for _, document := range tree.Documents {
		if document.Division == division {
			found = append(found, document)
		}
	}
	return found, nil
}

// folderCount counts the folders of the Division, without its root.
func folderCount(ctx context.Context, luminance *admin) (int, error) {
	var tree struct {
		Folders []struct {
			Division string `json:"division"`
			ParentID int64  `json:"parent_id"`
		} `json:"folders"`
	}
	if err := luminance.get(ctx, "/tree", &tree); err != nil {
		return 0, err
	}
	folders := 0
	for _, folder := range tree.Folders {
		if folder.Division == division && folder.ParentID != 0 {
			folders++
		}
	}
	return folders, nil
}

// usage is what Luminance counted against its allowance.
type usage struct {
	Total   int `json:"total"`
	Refused int `json:"refused"`
	Largest int `json:"largest"`
}

// rehash reads the bytes that arrived and fails where they are not what the simulator took them for.
func rehash(received string, document arrival) error {
	sum, size, err := hashFile(filepath.Join(received, document.File))
	if err != nil {
		return err
	}
	if sum != document.SHA1 || size != document.Size {
		return fmt.Errorf("%s: the file has %d bytes with SHA-1 %s, Luminance counted %d with %s",
			document.Path, size, sum, document.Size, document.SHA1)
	}
	return nil
}

// hashFile gives the SHA-1 of a file, in hexadecimal, and its size.
func hashFile(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	digest := sha1.New() //nolint:gosec // as above
	size, err = io.Copy(digest, file)
	return hex.EncodeToString(digest.Sum(nil)), size, err
}

func hashBytes(content []byte) string {
	sum := sha1.Sum(content) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}
