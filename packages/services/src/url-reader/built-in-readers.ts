import type { ReaderFactory } from '@stagewire/plugin-api';
import { FetchUrlReader } from './fetch-url-reader.js';
import { awsCodeCommitReaders } from './providers/aws-code-commit.js';
import { awsS3Readers } from './providers/aws-s3.js';
import { azureBlobStorageReaders } from './providers/azure-blob-storage.js';
import { azureDevOpsReaders } from './providers/azure-devops.js';
import { bitbucketCloudReaders } from './providers/bitbucket-cloud.js';
import { bitbucketServerReaders } from './providers/bitbucket-server.js';
import { gerritReaders } from './providers/gerrit.js';
import { giteaReaders } from './providers/gitea.js';
import { githubReaders } from './providers/github.js';
import { gitlabReaders } from './providers/gitlab.js';
import { googleGcsReaders } from './providers/google-gcs.js';
import { harnessReaders } from './providers/harness.js';

/** The readers that every backend has, in the order in which they are asked. */
export const builtInReaderFactories: readonly ReaderFactory[] = [
  azureDevOpsReaders,
  bitbucketCloudReaders,
  bitbucketServerReaders,
  gerritReaders,
  githubReaders,
  giteaReaders,
  gitlabReaders,
  googleGcsReaders,
  harnessReaders,
  awsS3Readers,
  azureBlobStorageReaders,
  awsCodeCommitReaders,
  FetchUrlReader.factory,
];
