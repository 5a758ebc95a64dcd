// Files in and out of a session over the API, and for the session page: its owner's alone.
import { z } from 'zod'
import { Id } from '@/lib/domain/ids'
import { ExistingFileName, FileFolder, fileFolders } from '@/lib/domain/session-files'
import { downloadFile } from '@/lib/use-cases/download-file'
import { listFiles } from '@/lib/use-cases/list-files'
import { uploadFile } from '@/lib/use-cases/upload-file'
import { fileAnswer } from '@/lib/web/file-answer'
import { operation } from '@/lib/web/operation'

const params = z.object({ sessionId: Id })
/** A name that nothing can have is like one that nothing has. */
const fileParams = params.extend({ folder: FileFolder, name: ExistingFileName })

export const listFilesOperation = operation({
  name: 'session.files',
  method: 'GET',
  path: '/sessions/{sessionId}/files',
  summary: 'List the files in Uploads and Downloads of your session, at most 1,000 of each',
  params,
  answer: z.object({
    mayUpload: z.boolean(),
    mayDownload: z.boolean(),
    maxBytes: z.number().describe('Of one file'),
    folders: z.array(
      z.object({
        folder: z.enum(fileFolders),
        entries: z.array(
          z.object({
            name: z.string(),
            kind: z.enum(['file', 'folder', 'link', 'other']),
            sizeBytes: z.number(),
            modifiedAt: z.string(),
            named: z.boolean().describe('Its name is text, so that it can be asked for'),
          }),
        ),
        more: z.boolean().describe('There are more than are listed'),
        problem: z.string().nullable().describe('Why it could not be looked into'),
      }),
    ),
  }),
  run: ({ actor, deps, params: { sessionId }, signal }) => listFiles(deps, actor, { sessionId }, signal),
})

export const downloadFileOperation = operation({
  name: 'session.file-get',
  method: 'GET',
  path: '/sessions/{sessionId}/files/{folder}/{name}',
  summary: 'Download a file of your session',
  params: fileParams,
  answersBytes: true,
  run: async ({ actor, deps, params: { sessionId, folder, name }, signal }) => {
    const { sizeBytes, content } = await downloadFile(deps, actor, { sessionId, folder, name }, signal)
    return fileAnswer(name, sizeBytes, content)
  },
})

export const uploadFileOperation = operation({
  name: 'session.file-put',
  method: 'PUT',
  path: '/sessions/{sessionId}/files/{folder}/{name}',
  summary:
    'Upload a file to Uploads of your session. `Content-Length` must say its size; `replace=true` takes the place of one of that name',
  params: fileParams.extend({ folder: z.literal('Uploads') }),
  query: z.strictObject({
    replace: z
      .enum(['true', 'false'])
      .default('false')
      .transform((value) => value === 'true'),
  }),
  body: { kind: 'stream' },
  status: 201,
  answer: z.object({ name: z.string(), sizeBytes: z.number() }),
  run: ({ actor, deps, params: { sessionId, name }, query: { replace }, input, signal }) =>
    uploadFile(deps, actor, { sessionId, name, replace, ...input }, signal),
})
